import { commit } from './commit';
import { emptyFiles } from './emptied-files';
import type { LakeState } from './lake-state';
import { encodeIntent, type MergeIntent } from './merge-intent';

export function intentPath(state: LakeState): string {
  return `${state.disk.checkpoints}/merge.json`;
}

/**
 * Takes the inputs of a merge away and puts its result in. A folder reader may miss rows for a moment and never sees
 * one twice: an input is replaced by a Parquet file without rows, so that a reader that has listed it finds nothing
 * instead of failing, and the result appears under a name that no reader has listed before. A reader that lists the
 * result lists it after the inputs were emptied, and finds them empty.
 *
 * The intent makes the step all or nothing: before it is durable nothing was touched, and from then on
 * `finishSwap` can be repeated until it is done, in this process or the next.
 */
export async function swap(state: LakeState, intent: MergeIntent): Promise<void> {
  await state.disk.replaceText(intentPath(state), encodeIntent(intent));
  state.unfinished = intent;
  // From here on only the result counts, wherever it stands: the inputs may be empty already.
  state.raw.change(intent.inputs, [{ ...intent.result, path: intent.temporary }]);
  await finishSwap(state);
}

/** Finishes the swap that is under way, if any; to be repeated after a failure. */
export async function finishSwap(state: LakeState): Promise<void> {
  const intent = state.unfinished;
  if (intent === null) return;
  await emptyFiles(state, intent.inputs);
  await placeResult(state, intent);
  state.raw.change([intent.temporary], [intent.result]);
  state.unfinished = null;
  try {
    await commit(state, state.progress);
    await state.disk.remove(intentPath(state));
  } catch (error) {
    state.unfinished = intent;
    throw error;
  }
}

/** Puts the result in its place unless that was done before. */
export async function placeResult(state: LakeState, intent: MergeIntent): Promise<void> {
  const { disk } = state;
  if (await disk.exists(intent.temporary)) await disk.rename(intent.temporary, intent.result.path);
  await disk.syncFolders();
}
