import type { ProbeResult } from '../../shared/domain/probe-event';
import { stableHash } from './due-grid';
import type { ProbeTarget } from './prober';
import { type SlotOptions, WorkerSlot } from './worker-slot';

const LOOK_MS = 1000;

/** Worker threads with targets pinned to them by a stable hash, so that no two ever probe the same one. */
export class WorkerPool {
  readonly slots: readonly WorkerSlot[];
  private look: NodeJS.Timeout | null = null;

  constructor(size: number, options: SlotOptions) {
    this.slots = Array.from({ length: size }, (_, index) => new WorkerSlot(index, options));
  }

  start(targets: readonly ProbeTarget[]): void {
    const shares = this.share(targets);
    this.slots.forEach((slot, index) => {
      slot.start(shares[index] ?? []);
    });
    this.look = setInterval(() => {
      for (const slot of this.slots) slot.look();
    }, LOOK_MS);
  }

  setTargets(targets: readonly ProbeTarget[]): void {
    const shares = this.share(targets);
    this.slots.forEach((slot, index) => {
      slot.setTargets(shares[index] ?? []);
    });
  }

  probeOnce(target: ProbeTarget): Promise<ProbeResult> {
    const slot = this.slots.find(({ alive }) => alive) ?? (this.slots[0] as WorkerSlot);
    return slot.probeOnce(target);
  }

  /** Waits for running probes up to `graceMs`. */
  async stop(graceMs: number): Promise<void> {
    if (this.look !== null) clearInterval(this.look);
    this.look = null;
    await Promise.all(this.slots.map((slot) => slot.stop(graceMs)));
  }

  private share(targets: readonly ProbeTarget[]): ProbeTarget[][] {
    const shares: ProbeTarget[][] = this.slots.map(() => []);
    for (const one of targets) shares[stableHash(one.target.id) % shares.length]?.push(one);
    return shares;
  }
}
