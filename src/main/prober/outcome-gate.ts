import type { ProbeResult } from '../../shared/domain/probe-event';
import type { NetworkEvidence } from './network-evidence';
import type { ProbeTarget } from './prober';

/**
 * Decides between `down` and `unknown` before a result goes on. A decision may have to wait for the resolver: then later
 * results of that target wait behind it, and nobody else's do.
 */
export class OutcomeGate {
  private readonly waiting = new Map<string, Promise<void>>();
  private hosts: { of: readonly ProbeTarget[]; byId: Map<string, string> } = { of: [], byId: new Map() };

  constructor(
    private readonly evidence: NetworkEvidence,
    private readonly deliver: (results: ProbeResult[]) => void,
  ) {}

  pass(results: readonly ProbeResult[], targets: readonly ProbeTarget[]): void {
    const decided: ProbeResult[] = [];
    for (const result of results) {
      const host = this.hostOf(result.target_id, targets);
      this.evidence.note(result, host);
      const before = this.waiting.get(result.target_id);
      const ours = this.evidence.isOurs(result, host);
      if (before === undefined && typeof ours === 'boolean') decided.push(ours ? asUnknown(result) : result);
      else this.wait(result, before ?? Promise.resolve(), ours);
    }
    if (decided.length > 0) this.deliver(decided);
  }

  /** The same decision for a result that is recorded nowhere. */
  async decide(result: ProbeResult, target: ProbeTarget): Promise<ProbeResult> {
    const host = hostOf(target);
    return (await this.evidence.isOurs(result, host)) ? asUnknown(result) : result;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    await Promise.all(this.waiting.values());
  }

  private wait(result: ProbeResult, before: Promise<void>, ours: boolean | Promise<boolean>): void {
    const id = result.target_id;
    const turn = before
      .then(() => ours)
      .then((isOurs) => this.deliver([isOurs ? asUnknown(result) : result]))
      .finally(() => {
        if (this.waiting.get(id) === turn) this.waiting.delete(id);
      });
    this.waiting.set(id, turn);
  }

  private hostOf(targetId: string, targets: readonly ProbeTarget[]): string {
    if (this.hosts.of !== targets) {
      this.hosts = {
        of: targets,
        byId: new Map(targets.map((target) => [target.target.id, hostOf(target)])),
      };
    }
    return this.hosts.byId.get(targetId) ?? '';
  }
}

function hostOf(target: ProbeTarget): string {
  return 'url' in target.request ? new URL(target.request.url).hostname : '';
}

function asUnknown(result: ProbeResult): ProbeResult {
  return { ...result, outcome: 'unknown' };
}
