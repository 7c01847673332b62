import type { ReactNode } from 'react';
import { SASL_MECHANISMS } from '../../../shared/domain/kafka-settings';
import { Field } from '../../components/field';
import { useTexts } from '../../texts/texts';
import { type LogErrors, type LogField, type LogForm, MECHANISM_NAMES, REFERENCE_EXAMPLE } from './log-form';
import styles from './log-panel.module.css';

interface Props {
  form: LogForm;
  errors: LogErrors;
  onChange(changes: Partial<LogForm>): void;
}

/** How the cluster is reached, what the topic is called, and who we are there. */
export function LogFields({ form, errors, onChange }: Props) {
  const { settings: words } = useTexts();

  function text(name: Exclude<LogField, 'log' | 'tls' | 'mechanism'>, hint?: string): ReactNode {
    return (
      <Field label={words[name]} error={errors[name]} {...(hint === undefined ? {} : { hint })}>
        {(control) => (
          <input
            {...control}
            name={name}
            className={styles.code}
            value={form[name]}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => onChange({ [name]: event.target.value })}
          />
        )}
      </Field>
    );
  }

  const readable = form.mechanism === 'plain' && form.tls === 'off' ? words.plainWarning : undefined;
  return (
    <div className={styles.fields}>
      <div className={styles.column}>
        {text('brokers', words.brokersHint)}
        {text('topic')}
        {text('group', words.groupHint)}
        {text('clientId', words.clientIdHint)}
        <div>
          <div className={styles.pair}>
            {text('partitions')}
            {text('replication')}
          </div>
          <p className={styles.pairHint}>{words.onlyNew}</p>
        </div>
      </div>
      <div className={styles.column}>
        <Field label={words.tls} error={errors.tls}>
          {(control) => (
            <select
              {...control}
              name="tls"
              value={form.tls}
              onChange={(event) => onChange({ tls: event.target.value === 'on' ? 'on' : 'off' })}
            >
              <option value="off">{words.tlsOf.off}</option>
              <option value="on">{words.tlsOf.on}</option>
            </select>
          )}
        </Field>
        {form.tls === 'on' && (
          <div className={styles.nested}>
            {text('ca', words.caHint)}
            {text('cert', words.certHint)}
            {text('key', words.keyHint)}
          </div>
        )}
        <Field label={words.sasl} error={errors.mechanism} warning={readable}>
          {(control) => (
            <select
              {...control}
              name="mechanism"
              value={form.mechanism}
              onChange={({ target: { value } }) =>
                onChange({ mechanism: SASL_MECHANISMS.find((mechanism) => mechanism === value) ?? '' })
              }
            >
              <option value="">{words.saslNone}</option>
              {SASL_MECHANISMS.map((mechanism) => (
                <option key={mechanism} value={mechanism}>
                  {MECHANISM_NAMES[mechanism]}
                </option>
              ))}
            </select>
          )}
        </Field>
        {form.mechanism !== '' && (
          <div className={styles.nested}>
            {text('username')}
            {text('password', words.passwordHint(REFERENCE_EXAMPLE))}
          </div>
        )}
      </div>
    </div>
  );
}
