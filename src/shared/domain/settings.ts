import { z } from 'zod';
import { kafkaPatchSchema, kafkaSettingsSchema } from './kafka-settings';

/** Window lengths are divisors of one hour, so that windows of any length meet at every hour. */
export const windowMsSchema = z
  .number()
  .int()
  .min(5_000, 'at least 5 s')
  .max(3_600_000, 'at most 1 h')
  .refine((ms) => 3_600_000 % ms === 0, 'must divide one hour evenly, such as 10 s, 1 min or 5 min');

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null;
  } catch {
    return false;
  }
}

const fields = {
  /** Which log carries the probes to the lake. */
  log: z.enum(['embedded', 'kafka']),
  windowMs: windowMsSchema,
  /** Allowed out-of-orderness. */
  watermarkMs: z.number().int().min(1_000).max(3_600_000),
  flushMs: z.number().int().min(1_000).max(600_000),
  language: z.enum(['en', 'es']).nullable(),
  theme: z.enum(['system', 'light', 'dark']),
  /** IANA zone used for display only; null = the system's. */
  displayTimeZone: z
    .string()
    .refine(isTimeZone, 'must be an IANA time zone, such as Europe/Madrid')
    .nullable(),
};

export const settingsSchema = z
  .strictObject({
    log: fields.log.default('embedded'),
    kafka: kafkaSettingsSchema.prefault({}),
    windowMs: fields.windowMs.default(60_000),
    watermarkMs: fields.watermarkMs.default(60_000),
    flushMs: fields.flushMs.default(10_000),
    language: fields.language.default(null),
    theme: fields.theme.default('system'),
    displayTimeZone: fields.displayTimeZone.default(null),
  })
  .refine((settings) => settings.log !== 'kafka' || settings.kafka.brokers.length > 0, {
    message: 'needs at least one broker, such as localhost:9092',
    path: ['kafka', 'brokers'],
  });
export type Settings = z.output<typeof settingsSchema>;

/** Some of the settings: what is left out stays as it is (so nothing here has a default). */
export const settingsPatchSchema = z.strictObject({ ...fields, kafka: kafkaPatchSchema }).partial();
export type SettingsPatch = z.output<typeof settingsPatchSchema>;
