import { createInterface } from 'node:readline/promises';
import { AppError } from '../../shared/contract/app-error';
import type { CliTexts } from '../cli/cli-texts';
import type { Engine } from '../engine-contract';
import { RESET_WORD } from '../pipeline/command-handlers';
import { commandRunning } from './remote-control';

/**
 * `reset`: asks, then clears through the engine that runs on the folder, or, when none does, through one that is opened for
 * just that and probes nothing.
 */
export async function runReset(options: {
  dataDirectory: string;
  yes: boolean;
  texts: CliTexts;
  openEngine: () => Promise<{ engine: Engine; close(): Promise<unknown> }>;
}): Promise<string> {
  const { dataDirectory, texts } = options;
  if (!options.yes && !(await confirmed(dataDirectory, texts))) return texts.resetAborted;
  const input = { confirm: RESET_WORD };
  if (!(await commandRunning(dataDirectory, 'reset.run', input))) {
    const { engine, close } = await options.openEngine();
    try {
      await engine.handlers['reset.run'](input, { signal: new AbortController().signal });
    } finally {
      await close();
    }
  }
  return texts.resetDone(dataDirectory);
}

async function confirmed(dataDirectory: string, texts: CliTexts): Promise<boolean> {
  if (!process.stdin.isTTY)
    throw new AppError('confirmation_needed', texts.resetNeedsYes, { field: '--yes' });
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(texts.resetAsk(dataDirectory, RESET_WORD))).trim() === RESET_WORD;
  } finally {
    prompt.close();
  }
}
