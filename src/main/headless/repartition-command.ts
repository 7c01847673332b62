import { existsSync } from 'node:fs';
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AppError } from '../../shared/contract/app-error';
import { type Settings, settingsSchema } from '../../shared/domain/settings';
import { numberText } from '../../shared/texts/format';
import { type Language, textsOf } from '../../shared/texts/language';
import type { CliTexts } from '../cli/cli-texts';
import type { RunOptions } from '../cli/options';
import { readDescription } from '../datalake/lake-description';
import { createRepartition, type Repartition } from '../datalake/repartition/create-repartition';
import type { LakePicture } from '../datalake/repartition/lake-picture';
import { createTopicSurveyor, type TopicSurvey, type TopicSurveyor } from '../event-log/kafka/topic-survey';
import { systemClock } from '../platform/clock';
import { prepareDirectory } from '../platform/data-directory';
import { acquireInstanceLock, type InstanceLock } from '../platform/instance-lock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createSettingsStore, withPatch } from '../targets/settings-store';
import type { AggregatorSnapshot } from '../windowing/aggregator';
import { checkLake, checkTopic, checkUsers, refusal } from './repartition-checks';
import { topicOfLake } from './repartition-topic';
import { spreadWindows } from './spread-windows';

/** What has to be typed, in every language. */
const REPARTITION_WORD = 'repartition';
/** A line of progress for so much of the work. */
const PROGRESS_STEP = 0.1;

interface CommandParts {
  options: RunOptions;
  dataDirectory: string;
  texts: CliTexts;
  say: (line: string) => void;
}

/**
 * `repartition`: looks, refuses or asks, and changes the number of partitions that the lake counts on. It makes no folder: what
 * it works on is there.
 * @returns what to say at the end
 * @throws AppError with a sentence for the user
 */
export async function runRepartition(parts: CommandParts): Promise<string> {
  const { options, dataDirectory, texts } = parts;
  const { folder } = textsOf(options.language);
  const lakeDirectory = resolve(options.lake ?? join(dataDirectory, 'datalake'));
  // Who gives a data folder means its settings. Where nothing ever ran, a lake can be named without one.
  const hasData = existsSync(dataDirectory);
  if (!hasData && options.data !== null) {
    throw refusal('not_found', folder.notAFolder(dataDirectory, '--data'));
  }
  if ((await readDescription(lakeDirectory)) === null) {
    throw refusal('not_found', texts.repartition.noLake(lakeDirectory));
  }
  const wanted = [
    ...(hasData ? [{ directory: dataDirectory, option: '--data' } as const] : []),
    { directory: lakeDirectory, option: '--lake' } as const,
  ];
  for (const { directory, option } of wanted) await prepareDirectory(directory, option, folder);
  const locks: InstanceLock[] = [];
  try {
    const held = new Set<string>();
    for (const { directory, option } of wanted) {
      const real = await realpath(directory);
      // The lake may be the data folder itself.
      if (!held.has(real)) locks.push(await acquireInstanceLock(directory, folder, option));
      held.add(real);
    }
    return await onLockedFolders(parts, lakeDirectory, hasData);
  } finally {
    for (const lock of locks) await lock.release();
  }
}

async function onLockedFolders(parts: CommandParts, directory: string, hasData: boolean): Promise<string> {
  const { options, dataDirectory } = parts;
  const settings = hasData
    ? await settingsIn(dataDirectory, options)
    : withPatch(settingsSchema.parse({}), options.settings);
  const work = createRepartition<AggregatorSnapshot>({
    directory,
    clock: systemClock,
    random: systemRandom,
    logger: createLogger(options.logLevel),
    owner: { host: hostname(), pid: process.pid },
  });
  try {
    return await afterLook({ ...parts, directory, work, settings });
  } finally {
    await work.close();
  }
}

async function settingsIn(dataDirectory: string, options: RunOptions): Promise<Settings> {
  const store = createSettingsStore({
    path: join(dataDirectory, 'settings.json'),
    clock: systemClock,
    overrides: options.settings,
  });
  await store.start();
  const settings = store.get();
  await store.stop();
  return settings;
}

interface LakeParts extends CommandParts {
  directory: string;
  work: Repartition<AggregatorSnapshot>;
}

async function afterLook(parts: LakeParts & { settings: Settings }): Promise<string> {
  const { work, settings, directory, options } = parts;
  const words = parts.texts.repartition;
  const picture = await work.look();
  if (picture === null) throw refusal('not_found', words.noLake(directory));
  checkUsers(picture, directory, words);
  const kafka = topicOfLake(picture, settings, { named: options.settings.kafka?.topic, words });
  if (kafka === null) return change({ ...parts, picture, surveyor: null, topic: '', group: '' });
  const logger = createLogger(options.logLevel);
  const surveyor = await createTopicSurveyor({ settings: kafka, env: process.env, logger });
  try {
    return await change({ ...parts, picture, surveyor, topic: kafka.topic, group: kafka.group });
  } finally {
    await surveyor.close();
  }
}

async function change(
  parts: LakeParts & {
    picture: Pick<LakePicture, 'partitions'>;
    surveyor: TopicSurveyor | null;
    topic: string;
    group: string;
  },
): Promise<string> {
  const { work, picture, surveyor, topic, group, directory, say } = parts;
  const words = parts.texts.repartition;
  const to = parts.options.settings.kafka?.partitions ?? 1;
  const check = async (now: Pick<LakePicture, 'partitions'>): Promise<TopicSurvey | null> => {
    const survey = surveyor === null ? null : await surveyor.survey();
    checkLake(now, to, words);
    if (survey !== null) checkTopic(now, to, { survey, topic, group, words });
    return survey;
  };
  const survey = await check(picture);
  say(describe(picture, to, { directory, words, language: parts.options.language }));
  if (survey !== null) say(words.ofTopic(topic, group));
  if (!parts.options.yes && !(await confirmed(words))) return words.aborted;
  await work.run({
    to,
    topic:
      survey === null
        ? null
        : {
            source: survey.source,
            firstOffsets: new Map(survey.offsets.map(({ low }, partition) => [partition, low])),
          },
    check: async (now) => void (await check(now)),
    spread: (old) => spreadWindows(old, to, words.lengthsDiffer),
    onProgress: progressLines(words, say),
  });
  const done = words.done(picture.partitions.length, to);
  if (surveyor === null || survey === null) return done;
  // Partitions that stay are read to their end; in new ones nothing was read yet.
  const places = survey.offsets
    .slice(0, to)
    .map(
      ({ low, high }, partition) => [partition, partition < picture.partitions.length ? high : low] as const,
    );
  const isNoted = await surveyor.note(to, new Map(places));
  return [done, isNoted ? words.restartProbers : words.aggregatorsFirst].join('\n');
}

function describe(
  { partitions }: Pick<LakePicture, 'partitions'>,
  to: number,
  { directory, words, language }: { directory: string; words: CliTexts['repartition']; language: Language },
): string {
  const raw = partitions.flatMap((partition) => partition.raw);
  const metrics = partitions.flatMap((partition) => partition.metrics);
  const files = [...raw, ...metrics];
  const rowsOf = (some: readonly { rows: number }[]): number => some.reduce((sum, { rows }) => sum + rows, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const written = (value: number, decimals = 0): string => numberText(value, decimals, language);
  const counts = [written(rowsOf(raw)), written(rowsOf(metrics)), written(files.length)] as const;
  const size = words.size(...counts, written(bytes / 1e6, 1));
  return `${words.about(directory, partitions.length, to)} ${size}`;
}

function progressLines(
  words: CliTexts['repartition'],
  say: (line: string) => void,
): (progress: { phase: 'write' | 'swap'; done: number; of: number }) => void {
  const told = { write: 0, swap: 0 };
  return ({ phase, done, of }) => {
    const part = of === 0 ? 1 : done / of;
    if (part < 1 && part < told[phase] + PROGRESS_STEP) return;
    told[phase] = part;
    const percent = Math.round(part * 100);
    say(phase === 'write' ? words.writing(done, of, percent) : words.swapping(percent));
  };
}

async function confirmed(words: CliTexts['repartition']): Promise<boolean> {
  if (!process.stdin.isTTY) throw new AppError('confirmation_needed', words.needsYes, { field: '--yes' });
  const prompt = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await prompt.question(words.ask)).trim() === REPARTITION_WORD;
  } finally {
    prompt.close();
  }
}
