import { type FormEvent, useState } from 'react';
import type { Role } from '../../../shared/domain/kafka-settings';
import { targetDraftSchema } from '../../../shared/domain/target';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import { Field } from '../../components/field';
import { attempt } from '../../components/toaster';
import { faultText } from '../../format/fault';
import { useTexts } from '../../texts/texts';
import styles from './first-run.module.css';

/** With no target: one field for a URL, or the demo; where nothing is measured, how targets come here. */
export function FirstRun({ role }: { role: Role }) {
  const { overview, kafka } = useTexts();
  if (role !== 'aggregator') return <AskForUrl role={role} />;
  return (
    <div className={styles.first}>
      <div className={styles.form}>
        <h1>{overview.firstElsewhere}</h1>
        <p className={styles.text}>{kafka.targetsElsewhere}</p>
      </div>
    </div>
  );
}

function AskForUrl({ role }: { role: Role }) {
  const texts = useTexts();
  const { overview, editor, language } = texts;
  const [url, setUrl] = useState('');
  const [error, setError] = useState<string | undefined>();
  const [busy, setBusy] = useState(false);

  async function start(event: FormEvent) {
    event.preventDefault();
    if (!targetDraftSchema.safeParse({ url }).success) {
      setError(url.trim() === '' ? editor.errUrlEmpty : editor.errUrl);
      return;
    }
    setBusy(true);
    try {
      await engine.invoke('targets.create', { url });
    } catch (thrown) {
      setError(faultText(thrown, texts));
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={styles.first}>
      <form onSubmit={start} noValidate className={styles.form}>
        <h1>{overview.firstTitle}</h1>
        <p className={styles.text}>{role === 'prober' ? overview.firstTextProber : overview.firstText}</p>
        <div className={styles.ask}>
          <Field label={overview.firstUrl} error={error}>
            {(control) => (
              <input
                {...control}
                type="url"
                inputMode="url"
                autoComplete="off"
                spellCheck={false}
                placeholder="https://example.org/health"
                className={styles.url}
                value={url}
                // biome-ignore lint/a11y/noAutofocus: the one thing to do on this screen
                autoFocus
                onChange={(event) => {
                  setUrl(event.target.value);
                  setError(undefined);
                }}
              />
            )}
          </Field>
          <Button type="submit" look="primary" disabled={busy} className={styles.start}>
            {overview.firstStart}
          </Button>
        </div>
      </form>
      <div className={styles.demo}>
        <p className={styles.text}>{overview.firstDemoText}</p>
        <Button
          onClick={() =>
            attempt(async () => {
              await engine.invoke('demo.start', {});
            }, language)
          }
        >
          {overview.firstDemo}
        </Button>
      </div>
    </div>
  );
}
