import type { RawFile } from './lake-file';
import { DAY_US, HOUR_US, startOfDate } from './sql-text';
import { BYTES_PER_FILE, hourOf, isCrowded, limitOf } from './tail-policy';

/** A day of more bytes stays in the files of its hours: each is as large as a file should be. */
const MAX_DAY_BYTES = 4 * BYTES_PER_FILE;
/**
 * Segments of the running hour are joined when there are so many of about one size, fewer where the date has little room left.
 * At a hundred thousand rows each, two such steps make files of 64 MB.
 */
const MOST_SEGMENTS = 8;
const LEAST_SEGMENTS = 3;
/** How long after its end an hour or a day counts as closed, so that what was on its way is in it. */
const CLOSE_DELAY_US = 120_000_000;
/** Rows that come for a closed day after it was merged wait so long for company, or for so many files. */
const LATE_PATIENCE_US = HOUR_US;
const LATE_FILES = 4;
const CROWD_TO_JOIN = 8;

export interface MergePlan {
  readonly date: string;
  readonly inputs: readonly RawFile[];
  /** What the result is: a `segment` keeps the order of its inputs, the others are ordered by target and time. */
  readonly kind: 'segment' | 'hour' | 'day';
}

/** Tails that no more rows are expected for: those of closed hours. They can be merged once sealed. */
export function tailsToSeal(
  files: readonly RawFile[],
  emptied: ReadonlyMap<string, number>,
  nowUs: number,
): RawFile[] {
  return files.filter(
    (file) =>
      file.kind === 'tail' &&
      isClosed((hourOf(file.maxUs) + 1) * HOUR_US, nowUs) &&
      isClosed(file.writtenUs, nowUs) &&
      !isCrowded(
        files.filter(({ date }) => date === file.date),
        emptied.get(file.date) ?? 0,
      ),
  );
}

/**
 * The next merge that is due, or null. A merge adds its result before its emptied inputs go, so it needs room for one.
 * @param emptied how many inputs of earlier merges still stand empty in a date's folder
 */
export function planMerge(
  files: readonly RawFile[],
  emptied: ReadonlyMap<string, number>,
  nowUs: number,
): MergePlan | null {
  const dates = [...new Set(files.map((file) => file.date))].sort().reverse();
  for (const date of dates) {
    const ofDate = files.filter((file) => file.date === date);
    const standing = emptied.get(date) ?? 0;
    const room = limitOf(ofDate) - ofDate.length - standing;
    if (room <= 0) continue;
    const plan =
      planClosedDay(date, ofDate, nowUs) ??
      planHours(date, ofDate, { nowUs, room }) ??
      (isCrowded(ofDate, standing) && standing < CROWD_TO_JOIN ? planCrowd(date, ofDate) : null);
    if (plan !== null) return plan;
  }
  return null;
}

function isClosed(endUs: number, nowUs: number): boolean {
  return nowUs >= endUs + CLOSE_DELAY_US;
}

function planClosedDay(date: string, files: readonly RawFile[], nowUs: number): MergePlan | null {
  if (!isClosed(startOfDate(date) + DAY_US, nowUs)) return null;
  if (files.some((file) => file.kind === 'tail')) return null;
  if (files.length === 1 && files[0]?.kind === 'day') return null;
  if (files.reduce((sum, file) => sum + file.bytes, 0) > MAX_DAY_BYTES) return null;
  const late = files.filter((file) => file.kind !== 'day');
  const wasMerged = late.length < files.length;
  const newestUs = Math.max(...files.map((file) => file.writtenUs));
  if (wasMerged && late.length > 0 && late.length < LATE_FILES && nowUs < newestUs + LATE_PATIENCE_US) {
    return null;
  }
  return { date, inputs: files, kind: 'day' };
}

function planHours(
  date: string,
  files: readonly RawFile[],
  { nowUs, room }: { nowUs: number; room: number },
): MergePlan | null {
  const tail = files.find((file) => file.kind === 'tail');
  const hours = new Map<number, RawFile[]>();
  for (const file of files) {
    if (file.kind !== 'segment' || file.bytes >= BYTES_PER_FILE) continue;
    const hour = hourOf(file.maxUs);
    hours.set(hour, [...(hours.get(hour) ?? []), file]);
  }
  for (const [hour, segments] of hours) {
    const closed =
      isClosed((hour + 1) * HOUR_US, nowUs) && (tail === undefined || hourOf(tail.maxUs) !== hour);
    if (closed && segments.length >= 2) return { date, inputs: segments, kind: 'hour' };
    const alike = closed ? [] : alikeOf(segments, room);
    if (alike.length > 0) return { date, inputs: alike, kind: 'segment' };
  }
  return null;
}

/**
 * The smallest segments, if they are enough and none holds more rows than the others together: a row is written again only to
 * stand in a file of at least twice the size.
 * @param room how many more files the date may have
 */
function alikeOf(segments: readonly RawFile[], room: number): RawFile[] {
  const enough = Math.min(MOST_SEGMENTS, Math.max(LEAST_SEGMENTS, Math.floor(room / 2)));
  const smallest = [...segments].sort((a, b) => a.rows - b.rows).slice(0, enough);
  const rows = smallest.reduce((sum, file) => sum + file.rows, 0);
  const isAlike = smallest.length === enough && 2 * (smallest.at(-1)?.rows ?? 0) <= rows;
  return isAlike ? segments.filter((file) => smallest.includes(file)) : [];
}

/** Too many files whatever their hours: those are joined whose joining costs the fewest rows for each file that goes. */
function planCrowd(date: string, files: readonly RawFile[]): MergePlan | null {
  const bySize = files
    .filter((file) => file.kind !== 'tail' && file.bytes < BYTES_PER_FILE)
    .sort((a, b) => a.rows - b.rows)
    .slice(0, CROWD_TO_JOIN);
  if (bySize.length < 2) return null;
  let rows = 0;
  let cheapest = { cost: Number.POSITIVE_INFINITY, count: 0 };
  for (const [index, file] of bySize.entries()) {
    rows += file.rows;
    if (index > 0 && rows / index <= cheapest.cost) cheapest = { cost: rows / index, count: index + 1 };
  }
  const inputs = bySize.slice(0, cheapest.count);
  // Ordering costs more than the joining, and what is not ordered by now is ordered when its hour closes.
  const isOrdered = inputs.some((file) => file.kind !== 'segment');
  return { date, inputs, kind: isOrdered ? 'hour' : 'segment' };
}
