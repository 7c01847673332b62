import type { Range } from '../../../shared/contract/questions';
import { fromLocalText } from '../../format/zoned';
import type { Texts } from '../../texts/texts';

const HOUR_US = 3600e6;
export const EXPORT_SPANS = { '24h': 24 * HOUR_US, '7d': 168 * HOUR_US, '30d': 720 * HOUR_US } as const;
export type ExportSpan = keyof typeof EXPORT_SPANS | 'all' | 'own';
export const EXPORT_CHOICES: readonly ExportSpan[] = ['24h', '7d', '30d', 'all', 'own'];

export interface RangeFields {
  span: ExportSpan;
  from: string;
  to: string;
}

/** The range the fields mean, or which of them is wrong and why. */
export function exportRange(
  fields: RangeFields,
  nowUs: number,
  lakeFromUs: number | null,
  zone: string | null,
  { data }: Texts,
): { range: Range } | { range: null; field: 'from' | 'to'; error: string } {
  const { span } = fields;
  const toUs = Math.ceil(nowUs / 1e6 + 1) * 1e6;
  if (span === 'all') return { range: { fromUs: Math.min(lakeFromUs ?? 0, toUs - 1e6), toUs } };
  if (span !== 'own') return { range: { fromUs: toUs - EXPORT_SPANS[span], toUs } };
  const from = fromLocalText(fields.from, zone);
  const to = fromLocalText(fields.to, zone);
  if (from === null) return { range: null, field: 'from', error: data.errTime };
  if (to === null) return { range: null, field: 'to', error: data.errTime };
  if (from >= to) return { range: null, field: 'to', error: data.errOrder };
  return { range: { fromUs: Math.max(0, from), toUs: to } };
}
