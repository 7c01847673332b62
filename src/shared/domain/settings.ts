import { z } from 'zod';

/** Window lengths are divisors of one hour, so that windows of any length meet at every hour. */
export const windowMsSchema = z
  .number()
  .int()
  .min(5_000, 'at least 5 s')
  .max(3_600_000, 'at most 1 h')
  .refine((ms) => 3_600_000 % ms === 0, 'must divide one hour evenly, such as 10 s, 1 min or 5 min');

export const settingsSchema = z.strictObject({
  windowMs: windowMsSchema.default(60_000),
  /** Allowed out-of-orderness. */
  watermarkMs: z.number().int().min(1_000).max(3_600_000).default(60_000),
  flushMs: z.number().int().min(1_000).max(600_000).default(10_000),
  language: z.enum(['en', 'es']).nullable().default(null),
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  /** IANA zone used for display only; null = the system's. */
  displayTimeZone: z.string().min(1).nullable().default(null),
});

export type Settings = z.output<typeof settingsSchema>;
export const settingsPatchSchema = settingsSchema.partial();
export type SettingsPatch = z.input<typeof settingsPatchSchema>;
