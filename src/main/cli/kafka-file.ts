import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { z } from 'zod';
import type { AppError } from '../../shared/contract/app-error';
import {
  type KafkaPatch,
  kafkaPatchSchema,
  kafkaSaslSchema,
  kafkaTlsSchema,
  SASL_MECHANISMS,
} from '../../shared/domain/kafka-settings';
import type { Texts } from '../../shared/texts/en';
import { wrongOption } from './option-values';

const OPTION = '--kafka-config';

/**
 * The file of `--kafka-config`: JSON in the form of the `kafka` part of `settings.json`. Paths in it count from its folder.
 * @throws AppError `invalid_input` with file, field and reason; no value of the file is ever repeated: it may be a secret
 */
export function readKafkaFile(file: string, texts: Texts): KafkaPatch {
  const { reasons, wrongValue } = texts.cli;
  const refuse = (reason: string): AppError => wrongOption(OPTION, wrongValue(OPTION, file, reason));
  let text: string;
  try {
    text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw refuse(isMissing ? reasons.fileMissing : reasons.fileUnreadable);
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw refuse(reasons.notJson);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw refuse(reasons.fileShape);
  const parsed = kafkaPatchSchema.safeParse(json, { reportInput: true });
  if (!parsed.success) throw wrongField(file, parsed.error.issues[0], texts);
  return withPathsFrom(dirname(resolve(file)), parsed.data);
}

function withPathsFrom(folder: string, patch: KafkaPatch): KafkaPatch {
  if (!patch.tls) return patch;
  const from = (path: string | null) => (path === null ? null : resolve(folder, path));
  const { ca, cert, key } = patch.tls;
  return { ...patch, tls: { ca: from(ca), cert: from(cert), key: from(key) } };
}

function wrongField(file: string, issue: z.core.$ZodIssue | undefined, texts: Texts): AppError {
  const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
  const path = [...(issue?.path ?? []), ...unknown].map(String);
  const reason = unknown.length > 0 ? unknownReason(path, texts) : reasonOf(path, issue, texts);
  return wrongOption(OPTION, texts.cli.wrongField(OPTION, file, path.join('.'), reason));
}

function unknownReason([first]: readonly string[], { cli }: Texts): string {
  const schemas = { tls: kafkaTlsSchema, sasl: kafkaSaslSchema };
  const schema = first === 'tls' || first === 'sasl' ? schemas[first] : kafkaPatchSchema;
  return cli.fieldReasons.unknown(Object.keys(schema.shape).join(', '));
}

/** The schemas speak English. */
function reasonOf(path: readonly string[], issue: z.core.$ZodIssue | undefined, { cli }: Texts): string {
  const { reasons, fieldReasons } = cli;
  if (issue?.code === 'custom' && path[0] === 'tls') return fieldReasons.pair;
  if (issue?.code === 'invalid_type' && issue.input === undefined) return fieldReasons.missing;
  const byField: Readonly<Record<string, string>> = {
    topic: reasons.kafkaName,
    group: reasons.kafkaName,
    clientId: reasons.kafkaName,
    partitions: reasons.whole(1, 1000),
    replication: reasons.whole(1, 32),
    'tls.ca': fieldReasons.text,
    'tls.cert': fieldReasons.text,
    'tls.key': fieldReasons.text,
    'sasl.mechanism': reasons.oneOf(SASL_MECHANISMS.join(', ')),
    'sasl.username': fieldReasons.text,
    'sasl.password': fieldReasons.secret,
  };
  if (path[0] === 'brokers' && path.length === 2) return reasons.broker;
  return byField[path.join('.')] ?? fieldReasons.form;
}
