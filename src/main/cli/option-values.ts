import type { z } from 'zod';
import { AppError } from '../../shared/contract/app-error';
import { brokerSchema, kafkaPatchSchema } from '../../shared/domain/kafka-settings';
import { targetDraftSchema } from '../../shared/domain/target';
import type { Texts } from '../../shared/texts/en';
import { formatDuration, parseDuration } from './duration';

/** Reads the values of options; what is wrong is an AppError whose `field` is the option, in the user's language. */
export interface OptionValues {
  text(option: string, value: string): string;
  url(option: string, value: string): string;
  whole(option: string, value: string, least: number, most: number): number;
  choice<T extends string>(option: string, value: string, allowed: readonly T[]): T;
  /** A comma list, every entry once. */
  choices<T extends string>(option: string, value: string, allowed: readonly T[]): T[];
  /** `HOST:PORT`, one or several. */
  brokers(option: string, value: string): string[];
  /** A name as Kafka takes it for topics and groups. */
  kafkaName(option: string, value: string): string;
  /** The readable half of a `probe_id`, in lower case. */
  probeName(option: string, value: string): string;
  /** Whole milliseconds that `schema` takes: the same rules as in files and commands. */
  duration(option: string, value: string, schema: z.ZodType<number>): number;
}

const brokersSchema = brokerSchema.array().min(1).max(64);
const kafkaNameSchema = kafkaPatchSchema.shape.topic.unwrap();
/** What a host's name becomes as the name of a prober. */
const PROBE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const MAX_PROBE_NAME = 40;

export function createOptionValues({ cli }: Texts): OptionValues {
  const { reasons } = cli;
  const wrong = (option: string, value: string, reason: string): AppError =>
    wrongOption(option, cli.wrongValue(option, value, reason));

  return {
    text(option, value) {
      if (value.trim() === '') throw wrong(option, '""', reasons.empty);
      return value;
    },
    url(option, value) {
      const parsed = targetDraftSchema.shape.url.safeParse(value);
      if (!parsed.success) throw wrong(option, withoutSecrets(value), reasons.url);
      return parsed.data;
    },
    whole(option, value, least, most) {
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= least && number <= most)) throw wrong(option, value, reasons.whole(least, most));
      return number;
    },
    choice(option, value, allowed) {
      const found = allowed.find((one) => one === value);
      if (found === undefined) throw wrong(option, value, reasons.oneOf(allowed.join(', ')));
      return found;
    },
    choices(option, value, allowed) {
      const words = value.split(',').map((word) => word.trim());
      const found = allowed.filter((one) => words.includes(one));
      if (found.length === 0 || words.some((word) => !allowed.some((one) => one === word))) {
        throw wrong(option, value, reasons.someOf(allowed.join(', ')));
      }
      return found;
    },
    brokers(option, value) {
      const words = value.split(',').map((word) => word.trim());
      const parsed = brokersSchema.safeParse(words);
      // What stands before an @ may be a secret.
      if (!parsed.success) throw wrong(option, value.replace(/[^,]*@/g, ''), reasons.broker);
      return parsed.data;
    },
    kafkaName(option, value) {
      const parsed = kafkaNameSchema.safeParse(value);
      if (!parsed.success) throw wrong(option, value === '' ? '""' : value, reasons.kafkaName);
      return parsed.data;
    },
    probeName(option, value) {
      const name = value.toLowerCase();
      if (!PROBE_NAME.test(name) || name.length > MAX_PROBE_NAME)
        throw wrong(option, value, reasons.probeName);
      return name;
    },
    duration(option, value, schema) {
      const ms = parseDuration(value);
      if (ms === null) throw wrong(option, value, reasons.duration);
      const parsed = schema.safeParse(ms);
      if (parsed.success) return parsed.data;
      throw wrong(option, value, durationReason(parsed.error.issues[0], reasons));
    },
  };
}

export function wrongOption(option: string, message: string): AppError {
  return new AppError('invalid_input', message, { field: option });
}

/** A wrong URL is shown to its author, but what stands before an @ or after a ? may be a secret. */
export function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/]*@/, '//').replace(/[?#].*$/, '');
}

/** The schemas speak English and milliseconds. */
function durationReason(issue: z.core.$ZodIssue | undefined, reasons: Texts['cli']['reasons']): string {
  if (issue?.code === 'too_small') return reasons.atLeast(formatDuration(Number(issue.minimum)));
  if (issue?.code === 'too_big') return reasons.atMost(formatDuration(Number(issue.maximum)));
  return issue?.code === 'custom' ? reasons.dividesHour : reasons.duration;
}
