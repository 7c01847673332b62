import type { Benchmark, BenchResult } from './support/result';
import { rounded } from './support/statistics';

/**
 * `npm run bench` runs all; `npm run bench -- throughput series` only those named. `BENCH_MINUTES` shortens those that
 * watch for five minutes; those called `page-…` need a Chromium, as the end-to-end tests do; those called `kafka-…` start a real
 * broker and say why when there can be none.
 */
const all: (() => Promise<{ benchmark: Benchmark }>)[] = [
  () => import('./startup'),
  () => import('./synthetic'),
  () => import('./series'),
  () => import('./bytes'),
  () => import('./throughput'),
  () => import('./push'),
  () => import('./lag'),
  () => import('./latency-error'),
  () => import('./resident'),
  () => import('./kafka-produce'),
  () => import('./kafka-lake'),
  () => import('./kafka-visible'),
  () => import('./kafka-recovery'),
  () => import('./kafka-memory'),
  () => import('./page-start'),
  () => import('./page-drawn'),
  () => import('./page-cost'),
];

function lineOf({ name, value, unit, baseline, goal }: BenchResult): string {
  const parts = [`${name.padEnd(58)} ${rounded(value).padStart(10)} ${unit.padEnd(9)}`];
  if (baseline !== undefined) {
    parts.push(
      `${baseline.name} ${rounded(baseline.value)} ${unit}, ratio ${rounded(value / baseline.value)}`,
    );
  }
  if (goal !== undefined) {
    const met = goal.at === 'most' ? value <= goal.value : value >= goal.value;
    parts.push(`goal ${goal.at === 'most' ? '≤' : '≥'} ${rounded(goal.value)}: ${met ? 'met' : 'NOT met'}`);
  }
  return parts.join('  ');
}

const wanted = new Set(process.argv.slice(2));
const known: string[] = [];
for (const load of all) {
  const { benchmark } = await load();
  known.push(benchmark.name);
  if (wanted.size > 0 && !wanted.has(benchmark.name)) continue;
  process.stdout.write(`\n${benchmark.name}: ${benchmark.about}\n`);
  const progress = (text: string): void => void process.stderr.write(`  … ${text}\n`);
  const outcome = await benchmark.run(progress);
  if ('notRun' in outcome) process.stdout.write(`  not run: ${outcome.notRun}\n`);
  else for (const result of outcome) process.stdout.write(`  ${lineOf(result)}\n`);
}
const unknown = [...wanted].filter((name) => !known.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no such benchmark: ${unknown.join(', ')}; there are ${known.join(', ')}\n`);
  process.exitCode = 2;
}
