import { mkdir, readFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '../../shared/contract/app-error';
import { decodeCheckpoint } from './checkpoint';
import { checkpointPath, commit } from './commit';
import type { LakeNotice } from './lake';
import type { LakeState } from './lake-state';

export async function recover(state: LakeState, _connection: DuckDBConnection): Promise<LakeNotice[]> {
  await mkdir(state.directory, { recursive: true });
  const text = await readFile(state.disk.absolute(checkpointPath(state)), 'utf8').catch(() => null);
  if (text === null) {
    await commit(state, null);
    return [];
  }
  const reading = decodeCheckpoint(text);
  if (reading.kind !== 'read') throw new AppError('corrupt', 'broken');
  state.raw.reset(reading.checkpoint.raw);
  state.metrics.reset(reading.checkpoint.metrics);
  state.serial = reading.checkpoint.serial;
  state.progress = reading.checkpoint.progress;
  return [];
}
