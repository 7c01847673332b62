import { AppError } from '../../../shared/contract/app-error';
import type { ExportRequest, ExportState } from '../../../shared/contract/questions';
import type { Clock } from '../../platform/clock';
import type { Logger } from '../../platform/logger';
import type { Random } from '../../platform/random';
import type { LakeExports, WindowOverlay } from '../lake-queries';
import type { LakeViews } from '../lake-view';
import { createQuestions, type Question } from '../queries/question';
import { type ExportDestination, prepareDestination, publish, removePartials } from './export-destination';
import { exportSource, planSlices } from './export-source';
import { writeSlices, writingError } from './export-writer';

/** Exports that ended and can still be asked for. */
const KEPT = 50;
/** Rows sorted at a time: about 30 MB. */
const SLICE_ROWS = 100_000;

export interface LakeExportsOptions {
  views: LakeViews;
  /** Windows in memory; without it an export of metrics holds only what files hold. */
  overlay?: WindowOverlay;
  /** Where exports without a path of their own go. */
  directory: string;
  /** Nothing is exported into this folder: it would be read as a part of the lake. */
  lakeDirectory?: string;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Rows that are read, sorted and written at a time; progress and cancelling go in such steps. */
  sliceRows?: number;
}

interface ExportJob {
  state: ExportState;
  abort: AbortController;
  /** Settles when nothing of it is left to do. */
  ended: Promise<void>;
}

/** Exports run one at a time, so that they leave the other core to everything else. */
export function createLakeExports(options: LakeExportsOptions): LakeExports {
  const { views, clock, random, logger } = options;
  const jobs = new Map<string, ExportJob>();
  const listeners = new Set<(state: ExportState) => void>();
  const stopped = new AbortController();
  const overlay = options.overlay ?? (() => []);
  const checks = createQuestions({ views, overlay, atOnce: 1 });
  const writers = createQuestions({ views, overlay, atOnce: 1 });

  function change(job: ExportJob, changes: Partial<ExportState>): void {
    job.state = { ...job.state, ...changes };
    for (const listener of listeners) listener(job.state);
  }

  async function mustHoldRows(request: ExportRequest): Promise<void> {
    const found = await checks.ask(stopped.signal, async ({ session, view, overlay }) => {
      const { select, values } = exportSource(request, view, overlay).rows(request.range);
      return (await session.query(`SELECT 1 AS found FROM (${select}) LIMIT 1`, values)).rowCount;
    });
    if (found > 0) return;
    const what = request.targetIds.length === 0 ? 'nothing' : 'nothing of these targets';
    throw new AppError('not_found', `There is ${what} in this range to export. Choose another range.`, {
      field: 'range',
    });
  }

  async function write(
    job: ExportJob,
    request: ExportRequest,
    destination: ExportDestination,
    { session, view, overlay }: Question,
  ): Promise<void> {
    const { signal } = job.abort;
    let parts = 0;
    try {
      const source = exportSource(request, view, overlay);
      const slices = await planSlices(session, source, request.range, options.sliceRows ?? SLICE_ROWS);
      parts = slices.length;
      change(job, { rowsTotal: slices.reduce((sum, slice) => sum + slice.rows, 0) });
      const onRows = async (rows: number) => {
        const rowsDone = job.state.rowsDone + rows;
        change(job, { rowsDone, rowsTotal: Math.max(rowsDone, job.state.rowsTotal) });
        await views.trim();
      };
      await writeSlices(
        { session, signal, source, format: request.format, destination, onRows },
        slices.map((slice) => slice.range),
      );
      signal.throwIfAborted();
      await views.trim();
      const bytes = await publish(destination);
      change(job, { status: 'done', bytes, rowsTotal: job.state.rowsDone });
    } finally {
      if (job.state.status === 'running') await removePartials(destination, parts);
    }
  }

  async function run(job: ExportJob, request: ExportRequest, destination: ExportDestination): Promise<void> {
    const startedMs = clock.monotonicMs();
    try {
      await writers.ask(job.abort.signal, (question) => write(job, request, destination, question));
      const { path, rowsDone, bytes } = job.state;
      logger.info({ path, rows: rowsDone, bytes, durationMs: clock.monotonicMs() - startedMs }, 'exported');
    } catch (thrown) {
      if (job.abort.signal.aborted) change(job, { status: 'cancelled' });
      else {
        const error = writingError(thrown, destination.path);
        logger.warn({ path: destination.path, code: error.code, err: error }, 'export failed');
        change(job, { status: 'failed', error: { code: error.code, message: error.message } });
      }
    }
    forgetOldest();
  }

  function forgetOldest(): void {
    const ended = [...jobs.values()].filter((job) => job.state.status !== 'running');
    for (const job of ended.slice(0, Math.max(0, ended.length - KEPT))) jobs.delete(job.state.id);
  }

  function jobOf(id: string): ExportJob {
    const job = jobs.get(id);
    if (job === undefined) {
      throw new AppError('not_found', `There is no export ${id}; only the last ${KEPT} are kept.`, {
        field: 'id',
      });
    }
    return job;
  }

  return {
    async start(request) {
      if (stopped.signal.aborted) {
        throw new AppError('unavailable', 'Exports have stopped.', { domain: 'internal' });
      }
      const destination = await prepareDestination(request, options);
      await mustHoldRows(request);
      const id = random.hex(16);
      const state: ExportState = {
        id,
        status: 'running',
        path: destination.path,
        rowsDone: 0,
        rowsTotal: 0,
        bytes: null,
        error: null,
      };
      const job: ExportJob = { state, abort: new AbortController(), ended: Promise.resolve() };
      jobs.set(id, job);
      if (stopped.signal.aborted) job.abort.abort();
      change(job, {});
      job.ended = run(job, request, destination);
      return state;
    },
    status: (id) => jobOf(id).state,
    async cancel(id) {
      const job = jobOf(id);
      job.abort.abort();
      await job.ended;
      return job.state;
    },
    list: () => [...jobs.values()].map((job) => job.state),
    listen(onChange) {
      listeners.add(onChange);
      return () => listeners.delete(onChange);
    },
    async stop() {
      stopped.abort();
      for (const job of jobs.values()) job.abort.abort();
      await Promise.all([...jobs.values()].map((job) => job.ended));
      await Promise.all([checks.close(), writers.close()]);
    },
  };
}
