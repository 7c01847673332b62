import type { Health } from '../../shared/contract/health';
import type { KafkaHealth } from '../../shared/contract/kafka';
import { partitionOf } from '../../shared/domain/partition';
import type { Language } from '../stores/settings-store';

/** A backlog younger than this is on its way; an older one without a connection is a sight to act on. */
const AWAY_US = 5_000_000;
/** A watermark may be this much older than the settings let it be before it counts as behind. */
const BEHIND_US = 60_000_000;

/** An offset in the page's digits: it may be larger than a JS number holds. */
export function offsetText(offset: string | null, language: Language): string {
  return offset === null ? '–' : new Intl.NumberFormat(language).format(BigInt(offset));
}

/** Ascending numbers as ranges: `6–8, 10`. */
export function rangesText(numbers: readonly number[]): string {
  const ranges: [first: number, last: number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range !== undefined && number <= range[1] + 1) range[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(', ');
}

/** Records behind the end in all partitions of which it is known; null when it is known of none. */
export function lagOf({ partitions }: Pick<KafkaHealth, 'partitions'>): number | null {
  const known = partitions.flatMap(({ lag }) => (lag === null ? [] : [lag]));
  return known.length === 0 ? null : known.reduce((sum, lag) => sum + lag, 0);
}

/** Partitions that other processes aggregate; 0 where this one has none yet, or counts none. */
export function elsewhereOf({ partitions }: Pick<KafkaHealth, 'partitions'>): number {
  const elsewhere = partitions.filter(({ owned }) => !owned).length;
  return elsewhere < partitions.length ? elsewhere : 0;
}

/** Whether another process aggregates the target, while this one aggregates others. */
export function isElsewhere(targetId: string, kafka: Pick<KafkaHealth, 'partitions'>): boolean {
  if (elsewhereOf(kafka) === 0) return false;
  return kafka.partitions[partitionOf(targetId, kafka.partitions.length)]?.owned === false;
}

/** The age of what waits for a cluster that is away, µs; null while it is not, or nothing waits long. */
export function waitingForUs(kafka: KafkaHealth, nowUs: number): number | null {
  const oldestUs = kafka.forwarder?.oldestUs ?? null;
  if (kafka.connection.state === 'connected' || oldestUs === null) return null;
  return nowUs - oldestUs > AWAY_US ? nowUs - oldestUs : null;
}

/** Since when the cluster is away, µs; null while it is not, or only for a moment. */
export function awaySinceUs({ connection }: KafkaHealth, nowUs: number): number | null {
  return connection.state === 'failed' && nowUs - connection.sinceUs > AWAY_US ? connection.sinceUs : null;
}

/** Whether records wait at the broker and the watermark is older than the settings explain. */
export function isBehind({ kafka, windows }: Health, nowUs: number): boolean {
  if (kafka === null || windows.watermarkUs === null || (lagOf(kafka) ?? 0) === 0) return false;
  return nowUs - windows.watermarkUs > windows.watermarkMs * 1000 + BEHIND_US;
}

/** Where the records that were set aside lie. */
export function quarantineFolder(lakePath: string): string {
  return lakePath.includes('\\') ? `${lakePath}\\quarantine` : `${lakePath}/quarantine`;
}
