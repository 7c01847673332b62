import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './tools';
import type { Watchdog } from './watchdog';

/**
 * What the container image does before it starts a broker, by the very class that does it there: makes server.properties of
 * the environment, formats the storage. @returns the path of server.properties
 */
export async function launchAsImage(
  classPath: string,
  environment: Readonly<Record<string, string>>,
  folder: string,
  watchdog: Watchdog,
): Promise<string> {
  for (const name of ['defaults', 'mounted', 'config']) mkdirSync(join(folder, name), { recursive: true });
  const file = join(folder, 'config/server.properties');
  writeFileSync(file, '');
  const folders = [
    '--default-configs-dir',
    join(folder, 'defaults'),
    '--mounted-configs-dir',
    join(folder, 'mounted'),
  ];
  const setup = [
    'kafka.docker.KafkaDockerWrapper',
    'setup',
    ...folders,
    '--final-configs-dir',
    join(folder, 'config'),
  ];
  const env = { PATH: process.env.PATH ?? '', ...environment };
  const result = await runProgram('java', ['-cp', classPath, ...setup], undefined, watchdog, env);
  if (result.code !== 0)
    throw new Error(`the image's launch code refused:\n${result.stdout}${result.stderr}`);
  return file;
}

/** Keys and values of a .properties file as the launch code writes it: one a line, nothing escaped. */
export function readProperties(file: string): Record<string, string> {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}
