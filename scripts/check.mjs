// One command that checks everything but behaviour: formatting, lint, types, layers.
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const bin = (path) => join('node_modules', path);
const run = (label, args, options = {}) => {
  process.stdout.write(`${label}\n`);
  return execFileSync(process.execPath, args, { stdio: 'inherit', ...options });
};

const sources = readdirSync('src', { recursive: true })
  .map((name) => name.toString())
  .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'));

try {
  run('formatting and lint', [bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.']);
  run('types', [bin('typescript/bin/tsc'), '--noEmit']);
  run('types of the interface', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'tsconfig.web.json']);
  run('layers', [
    bin('dependency-cruiser/bin/dependency-cruise.mjs'),
    '--config',
    '.dependency-cruiser.cjs',
    'src',
  ]);
  const report = JSON.parse(
    execFileSync(
      process.execPath,
      [
        bin('dependency-cruiser/bin/dependency-cruise.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        '--output-type',
        'json',
        'src',
      ],
      { maxBuffer: 1 << 28, encoding: 'utf8' },
    ),
  );
  const cruised = report.modules.filter((module) => module.source.startsWith('src/')).length;
  if (cruised < sources.length) {
    throw new Error(
      `the layer rules saw ${cruised} of ${sources.length} modules: the compiler in use is not readable to them`,
    );
  }
} catch (error) {
  if (error.status === undefined) process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
