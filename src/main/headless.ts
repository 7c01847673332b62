import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toAppError } from '../shared/contract/app-error';
import { cliTexts } from './cli/cli-texts';
import { parseOptions } from './cli/options';
import { commandRunning } from './headless/remote-control';
import { runRepartition } from './headless/repartition-command';
import { runReset } from './headless/reset-command';
import { runUntilStopped } from './headless/run-until-stopped';
import { dataDirectoryOf, openFor, version } from './host/engine-opener';
import { keepHeapCompact } from './platform/compact-heap';

/** Wrong input and a folder in use end with 2, as the command line promises; everything else that fails with 1. */
const EXIT_WRONG = 2;
/** The folder this very file was built into. */
const builtFolder = fileURLToPath(new URL('.', import.meta.url));

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  const texts = cliTexts[options.language];
  if (options.command === 'help') return say(texts.help);
  if (options.command === 'version') return say(version);

  const dataDirectory = resolve(options.data ?? dataDirectoryOf(builtFolder));
  const open = (probing: boolean) => openFor({ options, dataDirectory, builtFolder, probing });
  if (options.command === 'restart') {
    const { stage } = options;
    try {
      if (!(await commandRunning(dataDirectory, 'stage.restart', { stage })))
        return complain(texts.notRunning(dataDirectory));
    } catch (error) {
      // The engine speaks one language, whoever asks has theirs.
      if (toAppError(error).code !== 'not_found') throw error;
      return complain(texts.stageLacking(dataDirectory, stage ?? ''));
    }
    return say(texts.restarted(stage ?? ''));
  }
  if (options.command === 'reset') {
    return say(await runReset({ dataDirectory, yes: options.yes, texts, openEngine: () => open(false) }));
  }
  if (options.command === 'repartition') {
    return say(await runRepartition({ options, dataDirectory, texts, say }));
  }
  return runUntilStopped({
    options,
    texts,
    dataDirectory,
    rendererFolder: rendererFolder(),
    open: () => open(true),
  });
}

function rendererFolder(): string | null {
  const folder = join(builtFolder, '../renderer');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

function say(text: string): number {
  process.stdout.write(`${text}\n`);
  return 0;
}

function complain(text: string): number {
  process.stderr.write(`${text}\n`);
  return EXIT_WRONG;
}

// Whoever reads our output may go away (`uptimer | head`): that is no reason to stop measuring.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

keepHeapCompact();
main().then(
  (code) => {
    process.exitCode = code;
  },
  (thrown: unknown) => {
    const error = toAppError(thrown);
    process.exitCode = error.domain === 'internal' ? 1 : complain(error.message);
    if (error.domain === 'internal') process.stderr.write(`UpTimer failed: ${error.message}\n`);
  },
);
