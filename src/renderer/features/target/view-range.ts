import type { Range } from '../../../shared/contract/questions';
import type { Route } from '../../stores/route-store';

const MINUTE_US = 60e6;
const DAY_US = 1440 * MINUTE_US;

/** The presets by their name in the address; `all` begins where the lake begins. */
export const PRESETS = {
  '5m': 5 * MINUTE_US,
  '1h': 60 * MINUTE_US,
  '6h': 360 * MINUTE_US,
  '24h': DAY_US,
  '7d': 7 * DAY_US,
  '30d': 30 * DAY_US,
  '1y': 365 * DAY_US,
  all: null,
} as const;
export type Preset = keyof typeof PRESETS;
export const DEFAULT_PRESET: Preset = '5m';

/** The narrowest one can zoom in to. */
const MIN_SPAN_US = 5e6;

/** Either a preset, which follows the present, or a fixed range. */
export type ViewRange = { preset: Preset } | { preset: null; range: Range };

const isPreset = (name: string | undefined): name is Preset =>
  name !== undefined && Object.hasOwn(PRESETS, name);

/** What the address says; `invalid` where it says something that is no range. */
export function readViewRange(query: Route['query']): { view: ViewRange; invalid: boolean } {
  const [from, to] = [query.get('from'), query.get('to')];
  if (from !== undefined || to !== undefined) {
    const range = { fromUs: Number(from), toUs: Number(to) };
    const sound = Number.isSafeInteger(range.fromUs) && Number.isSafeInteger(range.toUs) && range.fromUs >= 0;
    if (sound && range.fromUs < range.toUs) return { view: { preset: null, range }, invalid: false };
    return { view: { preset: DEFAULT_PRESET }, invalid: true };
  }
  const name = query.get('range');
  if (isPreset(name)) return { view: { preset: name }, invalid: false };
  return { view: { preset: DEFAULT_PRESET }, invalid: name !== undefined };
}

/** The range in force at `nowUs`. */
export function resolveRange(view: ViewRange, nowUs: number, lakeFromUs: number | null): Range {
  if (view.preset === null) return view.range;
  const spanUs = PRESETS[view.preset];
  const toUs = Math.ceil(nowUs / 1e6) * 1e6;
  if (spanUs !== null) return { fromUs: toUs - spanUs, toUs };
  return { fromUs: Math.min(lakeFromUs ?? toUs - PRESETS['5m'], toUs - PRESETS['5m']), toUs };
}

/** `range` made narrower (`factor` < 1) or wider around `centre` (0 … 1 of it), never past the present. */
export function zoomed(range: Range, factor: number, centre: number, nowUs: number): Range {
  const span = range.toUs - range.fromUs;
  const next = Math.min(Math.max(span * factor, MIN_SPAN_US), PRESETS['1y'] * 10);
  const toUs = Math.min(range.fromUs + span * centre + next * (1 - centre), Math.ceil(nowUs / 1e6) * 1e6);
  return { fromUs: Math.max(0, Math.round(toUs - next)), toUs: Math.round(toUs) };
}

/** `range` moved by a share of its length, never past the present. */
export function panned(range: Range, share: number, nowUs: number): Range {
  const span = range.toUs - range.fromUs;
  const toUs = Math.min(range.toUs + span * share, Math.ceil(nowUs / 1e6) * 1e6);
  return { fromUs: Math.max(0, Math.round(toUs - span)), toUs: Math.round(toUs) };
}
