import { encodeCheckpoint } from './checkpoint';
import type { Progress } from './lake';
import type { LakeState } from './lake-state';

export function checkpointPath(state: LakeState): string {
  return `${state.disk.checkpoints}/checkpoint.json`;
}

/** Makes progress and the list of live files durable in one rename; what they replaced is no longer needed then. */
export async function commit(state: LakeState, progress: Progress | null): Promise<void> {
  const { disk } = state;
  // Renames come before the checkpoint that counts on them.
  await disk.syncFolders();
  const serial = state.serial + 1;
  const text = encodeCheckpoint({
    serial,
    partition: disk.partition,
    progress,
    raw: state.raw.all,
    metrics: state.metrics.all,
  });
  await disk.replaceText(checkpointPath(state), text);
  state.serial = serial;
  state.progress = progress;
  const kept = [...state.undo.values()];
  state.undo.clear();
  await disk.discard(kept);
}
