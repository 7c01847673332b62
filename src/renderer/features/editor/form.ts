import type { TargetView } from '../../../shared/contract/commands';
import { type TargetInput, targetDraftSchema } from '../../../shared/domain/target';
import { parseDuration, settingDuration } from '../../format/time';
import type { Texts } from '../../texts/texts';

/** What stands in the fields, exactly as typed. */
export interface Form {
  url: string;
  name: string;
  interval: string;
  timeout: string;
  degraded: string;
  status: string;
  method: string;
  headers: string;
  body: string;
  retries: string;
  retryDelay: string;
  redirects: string;
  masked: string;
  tags: string;
}
export type FieldName = keyof Form;
export type FormErrors = Partial<Record<FieldName, string>>;

export const EMPTY_FORM: Form = {
  url: '',
  name: '',
  interval: '1 s',
  timeout: '10 s',
  degraded: '',
  status: '200-299',
  method: 'GET',
  headers: '',
  body: '',
  retries: '0',
  retryDelay: '500 ms',
  redirects: '5',
  masked: '',
  tags: '',
};

export function formOf(target: TargetView): Form {
  return {
    url: target.url,
    name: target.name,
    interval: settingDuration(target.intervalMs),
    timeout: settingDuration(target.timeoutMs),
    degraded: target.degradedMs === null ? '' : settingDuration(target.degradedMs),
    status: target.acceptedStatus.join(', '),
    method: target.method,
    headers: Object.entries(target.headers)
      .map(([name, value]) => `${name}: ${value}`)
      .join('\n'),
    body: target.body ?? '',
    retries: String(target.retries),
    retryDelay: settingDuration(target.retryDelayMs),
    redirects: String(target.maxRedirects),
    masked: target.maskedQueryNames.join(', '),
    tags: target.tags.join(', '),
  };
}

const listOf = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The schema's field → the form's. */
const FIELD_OF: Readonly<Record<string, FieldName>> = {
  url: 'url',
  name: 'name',
  method: 'method',
  headers: 'headers',
  body: 'body',
  intervalMs: 'interval',
  timeoutMs: 'timeout',
  acceptedStatus: 'status',
  degradedMs: 'degraded',
  retries: 'retries',
  retryDelayMs: 'retryDelay',
  maxRedirects: 'redirects',
  maskedQueryNames: 'masked',
  tags: 'tags',
};

export function fieldOf(path: string | undefined): FieldName | undefined {
  return FIELD_OF[(path ?? '').replace(/^draft\./, '').split('.')[0] ?? ''];
}

const RANGES_MS: Partial<Record<FieldName, [number, number]>> = {
  interval: [200, 86_400_000],
  timeout: [50, 300_000],
  degraded: [1, 300_000],
  retryDelay: [0, 60_000],
};

function headersOf(text: string, errors: FormErrors, { editor }: Texts): Record<string, string> {
  const headers: Record<string, string> = {};
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    const colon = line.indexOf(':');
    if (colon < 1) {
      errors.headers ??= editor.errHeaderLine(index + 1);
      return;
    }
    headers[line.slice(0, colon).trim()] = line.slice(colon + 1).trim();
  });
  return headers;
}

interface Issue {
  path: PropertyKey[];
  code: string;
}

/** The schema's complaint in the words of the interface. */
function issueText(field: FieldName, issue: Issue, form: Form, { editor }: Texts): string {
  const range = RANGES_MS[field];
  if (range !== undefined)
    return editor.errDurationRange(settingDuration(range[0]), settingDuration(range[1]));
  if (field === 'url') {
    if (form.url.trim() === '') return editor.errUrlEmpty;
    return issue.code === 'too_big' ? editor.errTooLong : editor.errUrl;
  }
  if (field === 'retries') return editor.errCount(0, 3);
  if (field === 'redirects') return editor.errCount(0, 20);
  if (field === 'status') {
    const at = issue.path[1];
    return typeof at === 'number' ? editor.errStatus(listOf(form.status)[at] ?? '') : editor.errStatusEmpty;
  }
  if (field === 'headers') {
    const name = String(issue.path[1] ?? '');
    return issue.code === 'invalid_key' ? editor.errHeaderName(name) : editor.errHeaderValue(name);
  }
  return issue.code === 'too_big' ? editor.errTooLong : editor.errField;
}

export interface Checked {
  /** Ready to be sent, or null while anything is wrong. */
  draft: TargetInput | null;
  errors: FormErrors;
  /** For cautions: the numbers as far as they can be read. */
  intervalMs: number | null;
  timeoutMs: number | null;
}

/**
 * Judges the form with the engine's own schema.
 * @param paused carried over: it is not a field of the form
 */
export function checkForm(form: Form, paused: boolean, texts: Texts): Checked {
  const errors: FormErrors = {};
  const time = (field: 'interval' | 'timeout' | 'degraded' | 'retryDelay') => {
    // Nobody means a threshold of 400 seconds by "400".
    const parsed = parseDuration(form[field], field === 'degraded' || field === 'retryDelay' ? 'ms' : 's');
    if (parsed === null) errors[field] = texts.editor.errDuration;
    return parsed;
  };
  const whole = (text: string) => (/^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN);
  const intervalMs = time('interval');
  const timeoutMs = time('timeout');
  const draft = {
    kind: 'http' as const,
    url: form.url,
    name: form.name,
    method: form.method,
    headers: headersOf(form.headers, errors, texts),
    body: form.body === '' ? null : form.body,
    intervalMs: intervalMs ?? 1000,
    timeoutMs: timeoutMs ?? 10_000,
    acceptedStatus: listOf(form.status),
    degradedMs: form.degraded.trim() === '' ? null : (time('degraded') ?? 1),
    retries: whole(form.retries),
    retryDelayMs: time('retryDelay') ?? 0,
    maxRedirects: whole(form.redirects),
    maskedQueryNames: listOf(form.masked),
    tags: listOf(form.tags),
    paused,
  };
  const parsed = targetDraftSchema.safeParse(draft);
  for (const issue of parsed.success ? [] : parsed.error.issues) {
    const field = fieldOf(String(issue.path[0] ?? ''));
    if (field !== undefined) errors[field] ??= issueText(field, issue, form, texts);
  }
  if (draft.degradedMs !== null && draft.degradedMs >= draft.timeoutMs) {
    errors.degraded ??= texts.editor.errDegradedTimeout(settingDuration(draft.timeoutMs));
  }
  const ready = parsed.success && Object.keys(errors).length === 0;
  return { draft: ready ? parsed.data : null, errors, intervalMs, timeoutMs };
}
