import {
  type KafkaSettings,
  kafkaSettingsSchema,
  type SASL_MECHANISMS,
} from '../../../shared/domain/kafka-settings';
import type { Settings } from '../../../shared/domain/settings';
import type { Language } from '../../stores/settings-store';
import type { Texts } from '../../texts/texts';

/** What stands in the fields of the panel, exactly as typed. */
export interface LogForm {
  log: Settings['log'];
  brokers: string;
  topic: string;
  group: string;
  clientId: string;
  partitions: string;
  replication: string;
  tls: 'on' | 'off';
  ca: string;
  cert: string;
  key: string;
  /** Empty: no sign-in. */
  mechanism: '' | (typeof SASL_MECHANISMS)[number];
  username: string;
  password: string;
}
export type LogField = keyof LogForm;
export type LogErrors = Partial<Record<LogField, string>>;

// biome-ignore lint/suspicious/noTemplateCurlyInString: this is how a reference is written
export const REFERENCE_EXAMPLE = '${env:KAFKA_PASSWORD}';

export const MECHANISM_NAMES: Record<(typeof SASL_MECHANISMS)[number], string> = {
  plain: 'PLAIN',
  'scram-sha-256': 'SCRAM-SHA-256',
  'scram-sha-512': 'SCRAM-SHA-512',
};

export function formOf({ log, kafka }: Settings): LogForm {
  const { tls, sasl } = kafka;
  return {
    log,
    brokers: kafka.brokers.join(', '),
    topic: kafka.topic,
    group: kafka.group,
    clientId: kafka.clientId,
    partitions: String(kafka.partitions),
    replication: String(kafka.replication),
    tls: tls === null ? 'off' : 'on',
    ca: tls?.ca ?? '',
    cert: tls?.cert ?? '',
    key: tls?.key ?? '',
    mechanism: sasl?.mechanism ?? '',
    username: sasl?.username ?? '',
    password: sasl?.password ?? '',
  };
}

const TLS_FIELDS: readonly LogField[] = ['ca', 'cert', 'key'];
const SASL_FIELDS: readonly LogField[] = ['username', 'password'];

/** Whether a field counts as the form stands: what is switched off keeps its text and means nothing. */
function counts(field: LogField, form: LogForm): boolean {
  if (field === 'log') return true;
  if (form.log === 'embedded') return false;
  if (TLS_FIELDS.includes(field)) return form.tls === 'on';
  return SASL_FIELDS.includes(field) ? form.mechanism !== '' : true;
}

/** The fields that would change if the form were saved, in the order of the screen. */
export function changedFields(form: LogForm, settings: Settings): LogField[] {
  const held = formOf(settings);
  const brokers = (text: string) => listOf(text).join(',');
  return (Object.keys(held) as LogField[]).filter((field) => {
    if (!counts(field, form)) return false;
    if (field === 'brokers') return brokers(form.brokers) !== brokers(held.brokers);
    return form[field].trim() !== held[field];
  });
}

/** Whether both mean the same Kafka, so that an answer about one is one about the other. */
export function sameKafka(a: LogForm, b: LogForm): boolean {
  return (Object.keys(a) as LogField[]).every((field) => field === 'log' || a[field] === b[field]);
}

const listOf = (text: string) => text.split(/[\s,;]+/).filter((part) => part !== '');

/** The engine's field, such as `kafka.brokers.0` → ours; undefined when it is none of this panel. */
export function fieldOf(path: string | undefined): LogField | undefined {
  const [first, second, third] = (path ?? '').split('.');
  if (first === 'log') return 'log';
  if (first !== 'kafka') return undefined;
  if (second === 'tls') return TLS_FIELDS.find((field) => field === third) ?? 'tls';
  if (second === 'sasl') return SASL_FIELDS.find((field) => field === third) ?? 'mechanism';
  const plain = ['brokers', 'topic', 'group', 'clientId', 'partitions', 'replication'] as const;
  return plain.find((field) => field === second);
}

const LIMITS = { partitions: [1, 1000], replication: [1, 32] } as const;

interface Issue {
  path: PropertyKey[];
  code: string;
}

/** The schema's complaint in the words of the interface. */
function issueText(field: LogField, issue: Issue, form: LogForm, { settings, editor, language }: Texts) {
  if (field === 'brokers') {
    const broker = listOf(form.brokers)[Number(issue.path[1])];
    if (broker === undefined) return settings.errBrokersMany;
    return /[^:\]]:\d{1,5}$|\]:\d{1,5}$/.test(broker) && /^[[\w.:\]-]+$/.test(broker)
      ? settings.errPort(broker)
      : settings.errBroker(broker);
  }
  if (field === 'topic' || field === 'group' || field === 'clientId') {
    return form[field].trim() === '' ? settings.errNameEmpty : settings.errName;
  }
  if (field === 'partitions' || field === 'replication') {
    const [from, to] = LIMITS[field];
    return settings.errWhole(whole(from, language), whole(to, language));
  }
  if (field === 'cert' || field === 'key') return settings.errPair;
  if (field === 'username') return settings.errNameEmpty;
  return field === 'password' ? settings.errPassword(REFERENCE_EXAMPLE) : editor.errField;
}

const whole = (value: number, language: Language) => new Intl.NumberFormat(language).format(value);

export interface CheckedLog {
  /** Ready to be sent, or null while anything is wrong. */
  kafka: KafkaSettings | null;
  errors: LogErrors;
}

/**
 * Judges the fields of Kafka with the engine's own schema.
 * @param held in force now: what has no field here stays as it is
 */
export function checkLog(form: LogForm, held: KafkaSettings, texts: Texts): CheckedLog {
  const errors: LogErrors = {};
  const path = (text: string) => (text.trim() === '' ? null : text.trim());
  const number = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  const brokers = listOf(form.brokers);
  if (brokers.length === 0) errors.brokers = texts.settings.errBrokersEmpty;
  const parsed = kafkaSettingsSchema.safeParse({
    ...held,
    brokers,
    topic: form.topic.trim(),
    group: form.group.trim(),
    clientId: form.clientId.trim(),
    partitions: number(form.partitions),
    replication: number(form.replication),
    tls: form.tls === 'off' ? null : { ca: path(form.ca), cert: path(form.cert), key: path(form.key) },
    sasl:
      form.mechanism === ''
        ? null
        : { mechanism: form.mechanism, username: form.username.trim(), password: form.password.trim() },
  });
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const field = fieldOf(['kafka', ...issue.path.map(String)].join('.'));
    // The half that is missing is the one to fill in, whichever of the two the schema names.
    const shown = field === 'key' && form.cert.trim() === '' ? 'cert' : field;
    if (shown !== undefined) errors[shown] ??= issueText(shown, issue, form, texts);
  }
  const ready = parsed.success && Object.keys(errors).length === 0;
  return { kafka: ready ? parsed.data : null, errors };
}
