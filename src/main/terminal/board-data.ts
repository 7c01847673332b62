import type { TargetView } from '../../shared/contract/commands';
import type { Health } from '../../shared/contract/health';
import type { TargetState } from '../../shared/contract/questions';
import type { FailureCode } from '../../shared/domain/outcome';
import type { WindowRow } from '../../shared/domain/window-row';
import type { BoardTexts } from './board-texts';

/** What the board shows, read at one instant. */
export interface BoardData {
  nowUs: number;
  targets: readonly Pick<TargetView, 'id' | 'name' | 'displayUrl'>[];
  states: readonly TargetState[];
  /** Newest first, the open ones among them. */
  windows: readonly WindowRow[];
  /** Windows in the lake and in memory, ever. */
  windowsProcessed: number;
  health: Health;
  /** Where a browser finds the interface; null = nowhere. */
  address: string | null;
}

/** What a target is called: its name, else its address. */
export function createNaming(data: BoardData): (targetId: string) => string {
  const names = new Map(data.windows.map((row) => [row.target_id, row.url] as const));
  for (const { targetId, url } of data.states) names.set(targetId, url);
  for (const { id, name, displayUrl } of data.targets) names.set(id, name === '' ? displayUrl : name);
  return (targetId) => names.get(targetId) || targetId;
}

/** Why it failed, in words: `connection refused`, `unexpected status 503`. */
export function causeWords(code: string | null, statusCode: number | null, texts: BoardTexts): string {
  const known = Object.hasOwn(texts.failures, code ?? '');
  // A code of a newer prober has no words here: it stands for itself.
  const words = known ? texts.failures[code as FailureCode] : (code ?? texts.noCause);
  return code === 'unexpected_status' && statusCode !== null ? `${words} ${statusCode}` : words;
}

/** `150.23 ms`: the same two decimals that the lake keeps, in every language. */
export function latencyText(ms: number | null): string {
  return ms === null ? '–' : `${ms.toFixed(2)} ms`;
}

export function decimalText(value: number | null): string {
  return value === null ? '–' : value.toFixed(2);
}
