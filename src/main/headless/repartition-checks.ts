import { AppError } from '../../shared/contract/app-error';
import type { CliTexts } from '../cli/cli-texts';
import type { LakePicture } from '../datalake/repartition/lake-picture';
import { isReadEvenly } from '../datalake/repartition/new-progress';
import type { TopicSurvey } from '../event-log/kafka/topic-survey';
import { kafkaSources } from './repartition-topic';

type Words = CliTexts['repartition'];

/** Throws, in the user's language, what forbids to change the number of partitions of this lake to `to`. */
export function checkLake({ partitions }: Pick<LakePicture, 'partitions'>, to: number, words: Words): void {
  if (partitions.length === to) throw refusal('conflict', words.same(to));
  for (const [number, { progress, raw }] of partitions.entries()) {
    if (progress === null && raw.length > 0) throw refusal('conflict', words.checkpointLost(number));
  }
  if (!isReadEvenly(partitions)) throw refusal('conflict', words.unevenLog);
}

/** The same of the topic that the lake is filled from. */
export function checkTopic(
  { partitions }: Pick<LakePicture, 'partitions'>,
  to: number,
  { survey, topic, group, words }: { survey: TopicSurvey; topic: string; group: string; words: Words },
): void {
  const { offsets, source, members } = survey;
  const known = kafkaSources(partitions);
  // Nothing of this cluster's topic could be looked for in the lake.
  if (known.length > 0 && !known.some((place) => place.source === source)) {
    throw refusal('conflict', words.otherCluster(topic));
  }
  if (members > 0) throw refusal('in_use', words.groupInUse(group, members));
  if (offsets.length < to) throw refusal('conflict', words.topicTooSmall(topic, offsets.length, to));
  for (const [number, { progress }] of partitions.entries()) {
    const ends = offsets[number];
    if (ends === undefined) continue;
    const place = progress?.places[source]?.nextOffset ?? ends.low;
    const left = BigInt(ends.high) - BigInt(place);
    if (left < 0n) throw refusal('conflict', words.otherTopic(topic, number));
    if (left > 0n) throw refusal('conflict', words.notRead(topic, number, left.toString()));
  }
}

/** Processes that have the lake open, as far as can be known. */
export function checkUsers({ users }: Pick<LakePicture, 'users'>, directory: string, words: Words): void {
  const [user] = users;
  if (user === undefined) return;
  const process = user.host === '' ? `${user.pid}` : `${user.pid}, ${user.host}`;
  throw refusal('in_use', words.lakeInUse(directory, process));
}

export function refusal(code: 'conflict' | 'in_use' | 'not_found', message: string): AppError {
  return new AppError(code, message);
}
