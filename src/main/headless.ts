import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import packageJson from '../../package.json' with { type: 'json' };
import { toAppError } from '../shared/contract/app-error';
import { textsOf } from '../shared/texts/language';
import { cliTexts } from './cli/cli-texts';
import { parseOptions } from './cli/options';
import { openEngine } from './headless/open-engine';
import { commandRunning } from './headless/remote-control';
import { runReset } from './headless/reset-command';
import { runUntilStopped } from './headless/run-until-stopped';
import { defaultDataDirectory, prepareDirectory } from './platform/data-directory';

/** Wrong input and a folder in use end with 2, as the command line promises; everything else that fails with 1. */
const EXIT_WRONG = 2;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2), process.env);
  const texts = cliTexts[options.language];
  if (options.command === 'help') return say(texts.help);
  if (options.command === 'version') return say(packageJson.version);

  const { folder } = textsOf(options.language);
  const dataDirectory = resolve(options.data ?? defaultData());
  const open = async (probing: boolean) => {
    await prepareDirectory(dataDirectory, '--data', folder);
    const lake = options.lake ?? join(dataDirectory, 'datalake');
    const lakeDirectory = await prepareDirectory(lake, '--lake', folder);
    const { version } = packageJson;
    return openEngine({ options, dataDirectory, lakeDirectory, version, probing, builtFolder });
  };

  if (options.command === 'restart') {
    const { stage } = options;
    if (!(await commandRunning(dataDirectory, 'stage.restart', { stage })))
      return complain(texts.notRunning(dataDirectory));
    return say(texts.restarted(stage ?? ''));
  }
  if (options.command === 'reset') {
    return say(await runReset({ dataDirectory, yes: options.yes, texts, openEngine: () => open(false) }));
  }
  return runUntilStopped({
    options,
    texts,
    dataDirectory,
    rendererFolder: rendererFolder(),
    open: () => open(true),
  });
}

/** The folder this very file was built into. */
const builtFolder = fileURLToPath(new URL('.', import.meta.url));

function rendererFolder(): string | null {
  const folder = join(builtFolder, '../renderer');
  return existsSync(join(folder, 'index.html')) ? folder : null;
}

function defaultData(): string {
  const root = join(builtFolder, '../..');
  const packaged = !existsSync(join(root, 'electron.vite.config.ts'));
  return defaultDataDirectory({
    packaged,
    developmentRoot: root,
    env: process.env,
    platform: process.platform,
  });
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
