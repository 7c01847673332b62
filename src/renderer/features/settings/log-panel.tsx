import { type FormEvent, useRef, useState } from 'react';
import { AppError } from '../../../shared/contract/app-error';
import type { Settings } from '../../../shared/domain/settings';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { LogSwitchNote } from '../../components/log-switch-note';
import { Panel } from '../../components/panel';
import { say } from '../../components/toaster';
import { faultText } from '../../format/fault';
import { useHealth } from '../../stores/health-store';
import { setSettings } from '../../stores/settings-store';
import { useTexts } from '../../texts/texts';
import { ConnectionTest } from './connection-test';
import { LogChoice } from './log-choice';
import { setLogDraft, useLogDraft } from './log-draft';
import { LogFields } from './log-fields';
import {
  changedFields,
  checkLog,
  fieldOf,
  formOf,
  type LogErrors,
  type LogField,
  type LogForm,
  sameKafka,
} from './log-form';
import styles from './log-panel.module.css';
import { useConnectionTest } from './use-connection-test';

/** Which log carries the probes, and how Kafka is reached: checked as one types, put in force as one. */
export function LogPanel({ settings }: { settings: Settings }) {
  const texts = useTexts();
  const { settings: words, frame } = texts;
  const change = useHealth(({ health }) => health?.logSwitch ?? null);
  const typed = useLogDraft((held) => held.typed);
  const form = typed ?? formOf(settings);
  const changed = changedFields(form, settings);
  const [touched, setTouched] = useState<ReadonlySet<LogField>>(() => new Set(changed));
  const [pressed, setPressed] = useState(false);
  const [refused, setRefused] = useState<LogErrors>({});
  const [general, setGeneral] = useState<string | null>(null);
  const [saving, setSaving] = useState(false);
  const [tested, setTested] = useState<LogForm | null>(null);
  const element = useRef<HTMLFormElement>(null);
  const checked = checkLog(form, settings.kafka, texts);
  const isKafka = form.log === 'kafka';

  const shown: LogErrors = {};
  for (const [field, error] of Object.entries(checked.errors) as [LogField, string][]) {
    if (pressed || touched.has(field)) shown[field] = error;
  }
  Object.assign(shown, refused);

  function edit(changes: Partial<LogForm>) {
    setLogDraft({ ...form, ...changes });
    setTouched(new Set([...touched, ...(Object.keys(changes) as LogField[])]));
    setRefused({});
    setGeneral(null);
  }

  /** The engine's refusal at its field. @returns what stands at none */
  function refuse(error: unknown): string | null {
    if (!(error instanceof AppError)) return faultText(error, texts);
    const field = fieldOf(error.field);
    // At its field, the field's name in front says nothing more.
    const prefix = field === undefined ? '' : `${error.field}: `;
    const said = error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message;
    const sentence = words.refused(texts.faults.error(error.code, ''), said);
    if (field === undefined) return sentence;
    setRefused({ [field]: sentence });
    focusError();
    return null;
  }
  const { test, run, cancel } = useConnectionTest(refuse);

  function focusError() {
    requestAnimationFrame(() => {
      element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    });
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    setPressed(true);
    setGeneral(null);
    if (isKafka && checked.kafka === null) {
      focusError();
      return;
    }
    setSaving(true);
    try {
      const patch =
        isKafka && checked.kafka !== null
          ? { log: 'kafka' as const, kafka: checked.kafka }
          : { log: 'embedded' as const };
      const saved = await engine.invoke('settings.update', patch);
      setSettings(saved);
      // What was typed about Kafka stays in its fields although the embedded log was chosen.
      setLogDraft(isKafka || sameKafka(form, formOf(saved)) ? null : form);
      setPressed(false);
      setTouched(new Set());
      say(saved.log === settings.log ? words.saved : words.switched);
    } catch (error) {
      setGeneral(refuse(error));
    } finally {
      setSaving(false);
    }
  }

  function testConnection() {
    setPressed(true);
    if (checked.kafka === null) {
      focusError();
      return;
    }
    setTested(form);
    void run(checked.kafka);
  }

  function discard() {
    const left = form;
    setLogDraft(null);
    setPressed(false);
    setRefused({});
    setGeneral(null);
    say(words.discarded, { label: frame.undo, run: () => setLogDraft(left) });
  }

  const saveWord = form.log === settings.log ? words.save : isKafka ? words.toKafka : words.toEmbedded;
  const labels = changed.map((field) =>
    field === 'log' ? words.logTitle : field === 'mechanism' ? words.sasl : words[field],
  );
  const isTesting = test?.kind === 'running';
  return (
    <Panel title={words.logTitle}>
      <form ref={element} className={styles.form} onSubmit={save} noValidate>
        {change !== null && <LogSwitchNote change={change} />}
        <LogChoice value={form.log} error={shown.log} onChange={(log) => edit({ log })} />
        {isKafka && <LogFields form={form} errors={shown} onChange={edit} />}
        {isKafka && (
          <ConnectionTest test={test} stale={tested !== null && !isTesting && !sameKafka(tested, form)} />
        )}
        {general !== null && (
          <p className={styles.error} role="alert">
            {general}
          </p>
        )}
        <div className={styles.foot}>
          <Button type="submit" look="primary" disabled={changed.length === 0 || saving}>
            {saving ? words.saving : saveWord}
          </Button>
          {isKafka && !isTesting && (
            <Button onClick={testConnection}>{test === null ? words.testConnection : words.testAgain}</Button>
          )}
          {isTesting && <Button onClick={cancel}>{frame.cancel}</Button>}
          {changed.length > 0 && (
            <>
              <p className={styles.unsaved}>{words.unsaved(labels.join(', '))}</p>
              <Button onClick={discard}>{words.discard}</Button>
            </>
          )}
        </div>
      </form>
    </Panel>
  );
}
