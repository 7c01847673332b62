import { RESTARTABLE_STAGES } from '../../shared/contract/health';
import type { Texts } from '../../shared/texts/en';
import { optionNames, writtenOut } from './option-table';

/** The page of `--help`. */
export function helpPage({ cli }: Texts): string {
  const options = `[${cli.optionsWord}]`;
  const uses = [
    [`npm start -- ${options}`, cli.withBoard],
    [`npm run headless -- ${options}`, cli.headless],
    ['npm run reset -- --data DIR [--yes]', cli.resetCommand],
    [`npm run headless -- restart ${RESTARTABLE_STAGES.join('|')} --data DIR`, cli.restartCommand],
    ['npm run headless -- repartition --partitions N --data DIR [--yes]', cli.repartitionCommand],
    ['npm run headless -- repartition --partitions N --lake DIR --kafka HOST:PORT', cli.repartitionKafka],
  ] as const;
  const described = optionNames.map((name) => [writtenOut(name), cli.options[name]] as const);
  return [
    cli.about,
    '',
    ...inColumns(uses),
    '',
    cli.optionsTitle,
    ...inColumns(described),
    '',
    cli.durations,
    cli.environment,
    cli.exitCodes,
  ].join('\n');
}

/** Two columns; what is too long for the first has the second below it. */
function inColumns(rows: readonly (readonly [string, string])[]): string[] {
  const width = 34;
  return rows.flatMap(([left, right]) =>
    left.length > width
      ? [`  ${left}`, `  ${' '.repeat(width)}  ${right}`]
      : [`  ${left.padEnd(width)}  ${right}`],
  );
}
