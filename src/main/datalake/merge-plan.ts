import type { RawFile } from './lake-file';
import { DAY_US, HOUR_US, startOfDate } from './sql-text';
import { CROWDED_FILES, hourOf } from './tail-policy';

/** No date's folder holds more files of one partition than this, or one per 64 MB. */
export const MAX_FILES = 30;
const BYTES_PER_FILE = 64 * 1024 * 1024;
/** A day of more bytes stays in the files of its hours: each is as large as a file should be. */
const MAX_DAY_BYTES = 4 * BYTES_PER_FILE;
/** Segments of the running hour that are joined as soon as there are so many. */
const HOUR_SEGMENTS = 3;
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
      countOf(files, emptied, file.date) < CROWDED_FILES,
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
    if (countOf(files, emptied, date) >= limitOf(ofDate)) continue;
    const crowded = countOf(files, emptied, date) >= CROWDED_FILES;
    const plan =
      planClosedDay(date, ofDate, nowUs) ??
      planHours(date, ofDate, nowUs) ??
      (crowded ? planCrowd(date, ofDate) : null);
    if (plan !== null) return plan;
  }
  return null;
}

/** How many files a date may have. */
export function limitOf(filesOfDate: readonly RawFile[]): number {
  const bytes = filesOfDate.reduce((sum, file) => sum + file.bytes, 0);
  return Math.max(MAX_FILES, Math.floor(bytes / BYTES_PER_FILE));
}

function countOf(files: readonly RawFile[], emptied: ReadonlyMap<string, number>, date: string): number {
  return files.filter((file) => file.date === date).length + (emptied.get(date) ?? 0);
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

function planHours(date: string, files: readonly RawFile[], nowUs: number): MergePlan | null {
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
    if (segments.length >= HOUR_SEGMENTS) return { date, inputs: segments, kind: 'segment' };
  }
  return null;
}

/** Too many files whatever their hours: the smallest are joined. */
function planCrowd(date: string, files: readonly RawFile[]): MergePlan | null {
  const smallest = files
    .filter((file) => file.kind !== 'tail' && file.bytes < BYTES_PER_FILE)
    .sort((a, b) => a.rows - b.rows)
    .slice(0, CROWD_TO_JOIN);
  return smallest.length < 2 ? null : { date, inputs: smallest, kind: 'hour' };
}
