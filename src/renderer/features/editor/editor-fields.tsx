import type { ReactNode } from 'react';
import { Field } from '../../components/field';
import { count } from '../../format/number';
import { useTexts } from '../../texts/texts';
import styles from './editor-fields.module.css';
import type { Checked, FieldName, Form, FormErrors } from './form';
import { isPublic, POLITE_INTERVAL_MS } from './public-host';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];
const DAY_MS = 86_400_000;
/** `user:password@` before the host, written out. */
const HAS_PASSWORD = /^\s*https?:\/\/[^/?#@]*:(?!\$\{env:)[^/?#@]+@/i;
const ADVANCED: readonly FieldName[] = [
  'headers',
  'body',
  'retries',
  'retryDelay',
  'redirects',
  'masked',
  'tags',
];

interface Props {
  form: Form;
  errors: FormErrors;
  checked: Checked;
  onChange(name: FieldName, value: string): void;
}

/** Every setting of a target; what is seldom needed waits in a fold that opens by itself when it holds an error. */
export function EditorFields({ form, errors, checked, onChange }: Props) {
  const { editor, language } = useTexts();
  const { intervalMs, timeoutMs } = checked;

  function field(name: FieldName, label: string, hint?: string, warning?: string, code = false): ReactNode {
    return (
      <Field label={label} error={errors[name]} warning={warning} {...(hint === undefined ? {} : { hint })}>
        {(control) => (
          <input
            {...control}
            name={name}
            className={code ? styles.code : undefined}
            value={form[name]}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange(name, event.target.value)}
          />
        )}
      </Field>
    );
  }

  function area(name: 'headers' | 'body', label: string, hint?: string): ReactNode {
    return (
      <Field label={label} error={errors[name]} {...(hint === undefined ? {} : { hint })}>
        {(control) => (
          <textarea
            {...control}
            name={name}
            className={styles.code}
            rows={3}
            spellCheck={false}
            value={form[name]}
            onChange={(event) => onChange(name, event.target.value)}
          />
        )}
      </Field>
    );
  }

  const impolite =
    intervalMs !== null && intervalMs > 0 && intervalMs < POLITE_INTERVAL_MS && isPublic(form.url)
      ? editor.publicWarning(count(DAY_MS / intervalMs, language))
      : undefined;
  const caution = HAS_PASSWORD.test(form.url) ? editor.passwordWarning : impolite;
  const overlaps =
    intervalMs !== null && intervalMs > 0 && timeoutMs !== null && timeoutMs > 10 * intervalMs
      ? editor.overlapWarning
      : undefined;
  const advancedError = ADVANCED.some((name) => errors[name] !== undefined);

  return (
    <>
      {field('url', editor.url, editor.urlHint, caution, true)}
      {field('name', editor.name, editor.nameHint)}
      <div className={styles.pair}>
        {field('interval', editor.interval, editor.durationHint)}
        {field('timeout', editor.timeout, overlaps ?? editor.durationHint)}
      </div>
      <div className={styles.pair}>
        {field('degraded', editor.degraded, editor.degradedHint)}
        {field('status', editor.status, editor.statusHint)}
      </div>
      <Field label={editor.method} error={errors.method}>
        {(control) => (
          <select
            {...control}
            name="method"
            className={styles.method}
            value={form.method}
            onChange={(event) => onChange('method', event.target.value)}
          >
            {METHODS.map((method) => (
              <option key={method}>{method}</option>
            ))}
          </select>
        )}
      </Field>
      <details className={styles.more} open={advancedError || undefined}>
        <summary>{editor.more}</summary>
        <div className={styles.advanced}>
          {area('headers', editor.headers, editor.headersHint)}
          {area('body', editor.body)}
          <div className={styles.pair}>
            {field('retries', editor.retries, editor.retriesHint)}
            {field('retryDelay', editor.retryDelay, editor.durationHint)}
          </div>
          {field('redirects', editor.redirects, editor.redirectsHint)}
          {field('masked', editor.masked, editor.maskedHint)}
          {field('tags', editor.tags, editor.listHint)}
        </div>
      </details>
    </>
  );
}
