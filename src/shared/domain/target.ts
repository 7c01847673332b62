import { z } from 'zod';

const MAX_INTERVAL_MS = 86_400_000;
/** RFC 9110 token: what a header's name may be made of. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible text, space and tab: a header's value may hold no line break and no other control character. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A status code (`"301"`) or an inclusive range (`"200-299"`). */
export const statusRangeSchema = z
  .string()
  .regex(/^[1-5]\d\d(-[1-5]\d\d)?$/, 'must be a status code such as 301 or a range such as 200-299')
  .refine((range) => {
    const [from, to] = range.split('-');
    return to === undefined || Number(from) <= Number(to);
  }, 'the range ends before it starts');

export const probeKinds = ['http'] as const;

/** What a person configures. The engine adds `id` and `configVersion`. */
export const targetDraftSchema = z.strictObject({
  kind: z.enum(probeKinds).default('http'),
  name: z.string().trim().max(200).default(''),
  /** May hold `${env:NAME}`; the resolved URL exists only in the prober. */
  url: z
    .string()
    .trim()
    .min(1, 'a URL is needed, such as https://example.org/health')
    .max(8192)
    .refine(
      (url) => parseHttpUrl(url) !== null,
      'must be an http:// or https:// URL, such as https://example.org/health',
    ),
  method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']).default('GET'),
  headers: z
    .record(
      z.string().regex(HEADER_NAME, 'is not a header name'),
      z.string().regex(HEADER_VALUE, 'a header value holds no line break or control character'),
    )
    .default({}),
  body: z.string().max(1_048_576).nullable().default(null),
  intervalMs: z.number().int().min(200).max(MAX_INTERVAL_MS).default(1000),
  timeoutMs: z.number().int().min(50).max(300_000).default(10_000),
  acceptedStatus: z.array(statusRangeSchema).min(1).default(['200-299']),
  /** Slower than this is `degraded`; null = never. */
  degradedMs: z.number().int().min(1).max(300_000).nullable().default(null),
  retries: z.number().int().min(0).max(3).default(0),
  retryDelayMs: z.number().int().min(0).max(60_000).default(500),
  /** 0 = the redirect itself is the answer. */
  maxRedirects: z.number().int().min(0).max(20).default(5),
  /** Query names whose values are masked besides the secret-looking ones. */
  maskedQueryNames: z.array(z.string().min(1)).default([]),
  tags: z.array(z.string().trim().min(1).max(60)).max(50).default([]),
  paused: z.boolean().default(false),
});

export const targetSchema = targetDraftSchema.extend({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/, 'letters, digits, dot, dash and underscore, at most 80'),
  /** Raised by every edit; recorded with every event. */
  configVersion: z.number().int().min(1).default(1),
});

/** What one may leave out is filled with defaults. */
export type TargetInput = z.input<typeof targetDraftSchema>;
export type TargetDraft = z.output<typeof targetDraftSchema>;
export type Target = z.output<typeof targetSchema>;

/**
 * The URL with every `${env:NAME}` taken as a plain word, or null when it is no absolute http(s) URL.
 * @param text as typed by a person
 */
export function parseHttpUrl(text: string): URL | null {
  try {
    const url = new URL(text.replace(/\$\{env:[A-Za-z_][A-Za-z0-9_]*\}/g, 'secret'));
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname !== '' ? url : null;
  } catch {
    return null;
  }
}

/** Whether a status code is one of `accepted` (codes and inclusive ranges). */
export function isAcceptedStatus(status: number, accepted: readonly string[]): boolean {
  return accepted.some((range) => {
    const [from, to] = range.split('-');
    return status >= Number(from) && status <= Number(to ?? from);
  });
}
