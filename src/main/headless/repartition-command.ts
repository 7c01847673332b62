import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { AppError } from '../../shared/contract/app-error';
import { textsOf } from '../../shared/texts/language';
import type { CliTexts } from '../cli/cli-texts';
import type { RunOptions } from '../cli/options';
import { createRepartition, type Repartition } from '../datalake/repartition/create-repartition';
import type { LakePicture } from '../datalake/repartition/lake-picture';
import { createTopicSurveyor, type TopicSurvey, type TopicSurveyor } from '../event-log/kafka/topic-survey';
import { systemClock } from '../platform/clock';
import { prepareDirectory } from '../platform/data-directory';
import { acquireInstanceLock } from '../platform/instance-lock';
import { createLogger } from '../platform/logger';
import { systemRandom } from '../platform/random';
import { createSettingsStore } from '../targets/settings-store';
import type { AggregatorSnapshot } from '../windowing/aggregator';
import { checkLake, checkTopic, checkUsers, refusal } from './repartition-checks';
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
 * `repartition`: looks, refuses or asks, and changes the number of partitions that the lake counts on.
 * @returns what to say at the end
 * @throws AppError with a sentence for the user
 */
export async function runRepartition(parts: CommandParts): Promise<string> {
  const { options, dataDirectory } = parts;
  const { folder } = textsOf(options.language);
  await prepareDirectory(dataDirectory, '--data', folder);
  const lake = options.lake ?? join(dataDirectory, 'datalake');
  const lakeDirectory = await prepareDirectory(lake, '--lake', folder);
  const ofData = await acquireInstanceLock(dataDirectory, folder);
  try {
    if ((await realpath(lakeDirectory)) === (await realpath(dataDirectory))) {
      return await onLockedFolders(parts, lakeDirectory);
    }
    const ofLake = await acquireInstanceLock(lakeDirectory, folder, '--lake');
    try {
      return await onLockedFolders(parts, lakeDirectory);
    } finally {
      await ofLake.release();
    }
  } finally {
    await ofData.release();
  }
}

async function onLockedFolders(parts: CommandParts, directory: string): Promise<string> {
  const { options, dataDirectory } = parts;
  const logger = createLogger(options.logLevel);
  const store = createSettingsStore({
    path: join(dataDirectory, 'settings.json'),
    clock: systemClock,
    overrides: options.settings,
  });
  await store.start();
  const { log, kafka } = store.get();
  await store.stop();
  const surveyor =
    log === 'kafka' ? await createTopicSurveyor({ settings: kafka, env: process.env, logger }) : null;
  const work = createRepartition<AggregatorSnapshot>({
    directory,
    clock: systemClock,
    random: systemRandom,
    logger,
    owner: { host: hostname(), pid: process.pid },
  });
  try {
    return await change({ ...parts, directory, work, surveyor, topic: kafka.topic, group: kafka.group });
  } finally {
    await work.close();
    await surveyor?.close();
  }
}

async function change(
  parts: CommandParts & {
    directory: string;
    work: Repartition<AggregatorSnapshot>;
    surveyor: TopicSurveyor | null;
    topic: string;
    group: string;
  },
): Promise<string> {
  const { work, surveyor, topic, group, directory, say } = parts;
  const words = parts.texts.repartition;
  const to = parts.options.settings.kafka?.partitions ?? 1;
  const picture = await work.look();
  if (picture === null) throw refusal('not_found', words.noLake(directory));
  checkUsers(picture, directory, words);
  const check = async (now: Pick<LakePicture, 'partitions'>): Promise<TopicSurvey | null> => {
    const survey = surveyor === null ? null : await surveyor.survey();
    checkLake(now, to, { survey, words });
    if (survey !== null) checkTopic(now, to, { survey, topic, group, words });
    return survey;
  };
  const survey = await check(picture);
  say(describe(picture, to, directory, words));
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
  directory: string,
  words: CliTexts['repartition'],
): string {
  const files = partitions.flatMap(({ raw, metrics }) => [...raw, ...metrics]);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const megabytes = (files.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6).toFixed(1);
  return `${words.about(directory, partitions.length, to)} ${words.size(rows, files.length, megabytes)}`;
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
