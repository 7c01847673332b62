import type { ProbeResult } from '../../shared/domain/probe-event';
import type { NetworkEvidence } from './network-evidence';
import type { ProbeTarget } from './prober';

/**
 * Decides between `down` and `unknown` before a result goes on. A decision may have to wait for the resolver: then later
 * results of that target wait behind it, and nobody else's do.
 */
export class OutcomeGate {
  private readonly waiting = new Map<string, Promise<void>>();
  private of: readonly ProbeTarget[] = [];
  private readonly hosts = new Map<string, string>();

  constructor(
    private readonly evidence: NetworkEvidence,
    private readonly deliver: (results: ProbeResult[]) => void,
  ) {}

  pass(results: readonly ProbeResult[], targets: readonly ProbeTarget[]): void {
    this.learn(targets);
    const decided: ProbeResult[] = [];
    for (const result of results) {
      const host = this.hosts.get(result.target_id) ?? '';
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
    return (await this.evidence.isOurs(result, hostOf(target))) ? asUnknown(result) : result;
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    while (this.waiting.size > 0) await Promise.all(this.waiting.values());
  }

  private wait(result: ProbeResult, before: Promise<void>, ours: boolean | Promise<boolean>): void {
    const id = result.target_id;
    const turn = before
      .then(() => ours)
      .then((isOurs) => {
        if (this.waiting.get(id) === turn) this.waiting.delete(id);
        this.deliver([isOurs ? asUnknown(result) : result]);
      });
    this.waiting.set(id, turn);
  }

  /** A target that is gone may still have results under way: its host is remembered. */
  private learn(targets: readonly ProbeTarget[]): void {
    if (this.of === targets) return;
    this.of = targets;
    for (const target of targets) this.hosts.set(target.target.id, hostOf(target));
  }
}

function hostOf(target: ProbeTarget): string {
  const { request } = target;
  return 'url' in request && URL.canParse(request.url) ? new URL(request.url).hostname : '';
}

function asUnknown(result: ProbeResult): ProbeResult {
  return { ...result, outcome: 'unknown' };
}
