import type { DuckDBConnection } from '@duckdb/node-api';
import { settleWithin } from '../platform/settle-within';
import { emptiedByDate, removeEmptied } from './emptied-files';
import { type RawFile, rawPath } from './lake-file';
import type { LakeState } from './lake-state';
import { type MergePlan, planMerge, tailsToSeal } from './merge-plan';
import { finishSwap, swap } from './merge-swap';
import { writeMerged } from './merge-write';

/** How long a step waits for a merge that is being written, and for views that hold its inputs. */
const STEP_PATIENCE_MS = 200;

/** How often the memory that a running merge is done with is given back. */
const TRIM_MS = 100;

interface RunningMerge {
  plan: MergePlan;
  temporary: string;
  connection: DuckDBConnection;
  /** Bytes of the durable result, or why there is none. */
  outcome: Promise<{ bytes: number } | { error: unknown }>;
  settled: { bytes: number } | { error: unknown } | null;
}

/** Seals tails and merges files, a short step at a time; results are written beside whatever else runs. */
export interface Merger {
  step(nowUs: number): Promise<void>;
  /** Breaks off what is being written. */
  stop(): Promise<void>;
}

export function createMerger(state: LakeState): Merger {
  let running: RunningMerge | null = null;

  /** Null while another partition merges. */
  const start = async (plan: MergePlan): Promise<RunningMerge | null> => {
    const leave = state.shared.takeMergeTurn();
    if (leave === null) return null;
    try {
      return await write(plan, leave);
    } catch (error) {
      leave();
      throw error;
    }
  };

  const write = async (plan: MergePlan, leave: () => void): Promise<RunningMerge> => {
    const database = state.shared.database();
    const connection = await database.connect();
    const temporary = state.disk.temporary();
    const merge: RunningMerge = {
      plan,
      temporary,
      connection,
      settled: null,
      outcome: writeMerged(state, connection, plan, temporary).then(
        (bytes) => ({ bytes }),
        (error: unknown) => ({ error }),
      ),
    };
    const trimmer = setInterval(() => void database.trim(), TRIM_MS);
    merge.outcome = merge.outcome.then(async (settled) => {
      clearInterval(trimmer);
      connection.closeSync();
      leave();
      await database.trim();
      merge.settled = settled;
      return settled;
    });
    return merge;
  };

  const finish = async (merge: RunningMerge, bytes: number): Promise<boolean> => {
    const { plan, temporary } = merge;
    const path = rawPath(state.disk.partition, plan.date, state.disk.newId());
    const inputs = plan.inputs.map((file) => file.path);
    const result = joinFiles(plan, path, bytes);
    return state.gate.exclusive(STEP_PATIENCE_MS, () => swap(state, { inputs, temporary, result }));
  };

  return {
    async step(nowUs) {
      if (!state.uncommitted) await finishSwap(state);
      await removeEmptied(state);
      if (running === null) {
        const tails = tailsToSeal(state.raw.all, emptiedByDate(state), nowUs);
        state.raw.change(
          [],
          tails.map((tail) => ({ ...tail, kind: 'segment' as const })),
        );
        const plan = planMerge(state.raw.all, emptiedByDate(state), nowUs);
        if (plan === null) return;
        running = await start(plan);
        if (running === null) return;
      }
      await settleWithin(running.outcome, STEP_PATIENCE_MS);
      if (running.settled === null) return;
      if ('error' in running.settled) {
        state.logger.warn({ err: running.settled.error }, 'a merge of the lake failed and is tried again');
        await state.disk.discard([running.temporary]);
        running = null;
        return;
      }
      // A commit of ours must not make rows durable whose progress the caller has not committed yet.
      if (state.uncommitted) return;
      const merge = running;
      try {
        if (await finish(merge, running.settled.bytes)) running = null;
      } catch (error) {
        // With a durable intent the next step goes on where this one ended; without one nothing was touched.
        running = null;
        if (state.unfinished === null) await state.disk.discard([merge.temporary]);
        throw error;
      }
    },
    async stop() {
      if (running === null) return;
      const merge = running;
      running = null;
      if (merge.settled === null) merge.connection.interrupt();
      await merge.outcome;
      await state.disk.discard([merge.temporary]);
    },
  };
}

function joinFiles(plan: MergePlan, path: string, bytes: number): RawFile {
  const seqs: Record<string, readonly [number, number]> = {};
  for (const file of plan.inputs) {
    for (const [probe, [from, to]] of Object.entries(file.seqs)) {
      const known = seqs[probe] ?? [from, to];
      seqs[probe] = [Math.min(known[0], from), Math.max(known[1], to)];
    }
  }
  return {
    path,
    date: plan.date,
    kind: plan.kind,
    rows: plan.inputs.reduce((sum, file) => sum + file.rows, 0),
    bytes,
    minUs: Math.min(...plan.inputs.map((file) => file.minUs)),
    maxUs: Math.max(...plan.inputs.map((file) => file.maxUs)),
    seqs,
    writtenUs: Math.max(...plan.inputs.map((file) => file.writtenUs)),
  };
}
