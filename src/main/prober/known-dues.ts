import type { ProbeResult } from '../../shared/domain/probe-event';
import { byTimestamp, type MissedReason, missedRows } from './missed-row';
import type { LastDue, ProbeTarget } from './prober';

/** Up to which due instant each target is accounted for: what a gap starts from. */
export class KnownDues {
  private readonly untilUs = new Map<string, number>();
  /** When targets that nothing is known of came in, or came back from a pause: paused time is not missed. */
  private readonly sinceUs = new Map<string, number>();

  /** Forgets everything but what is given. A target that is not in it has no gap. */
  start(lastDue: readonly LastDue[]): void {
    this.untilUs.clear();
    this.sinceUs.clear();
    for (const { targetId, timestampUs } of lastDue) this.untilUs.set(targetId, timestampUs);
  }

  setTargets(targets: readonly ProbeTarget[], nowUs: number): void {
    const active = new Set(targets.filter(({ target }) => !target.paused).map(({ target }) => target.id));
    for (const known of [this.untilUs, this.sinceUs]) {
      for (const id of known.keys()) if (!active.has(id)) known.delete(id);
    }
    for (const id of active) if (!this.untilUs.has(id) && !this.sinceUs.has(id)) this.sinceUs.set(id, nowUs);
  }

  note(results: readonly ProbeResult[]): void {
    for (const { target_id: id, is_final_attempt, missed_until, timestamp } of results) {
      if (!is_final_attempt) continue;
      const dueUs = missed_until ?? timestamp;
      const knownUs = this.untilUs.get(id) ?? this.sinceUs.get(id);
      // A result from before a pause may come in after it.
      if (knownUs !== undefined && dueUs >= knownUs) this.untilUs.set(id, dueUs);
    }
  }

  /** By target, where anything is known. */
  of(targets: readonly ProbeTarget[]): ReadonlyMap<string, number> {
    return new Map(
      targets.flatMap(({ target }) => {
        const untilUs = this.untilUs.get(target.id);
        return untilUs === undefined ? [] : [[target.id, untilUs]];
      }),
    );
  }

  /** What was due since and before `nowUs`, as rows by target and UTC day, in order of time over all targets. */
  gaps(targets: readonly ProbeTarget[], nowUs: number, reason: MissedReason): ProbeResult[] {
    return targets
      .flatMap(({ target, displayUrl }) => {
        const intervalUs = target.intervalMs * 1000;
        const untilUs = this.untilUs.get(target.id);
        const fromUs = untilUs === undefined ? this.sinceUs.get(target.id) : untilUs + intervalUs;
        if (target.paused || fromUs === undefined) return [];
        const of = { targetId: target.id, url: displayUrl, configVersion: target.configVersion };
        return missedRows(of, { fromUs, untilUs: nowUs - 1, intervalUs }, reason);
      })
      .sort(byTimestamp);
  }
}
