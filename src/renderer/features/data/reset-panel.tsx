import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useState } from 'react';
import { engine } from '../../bridge/engine';
import { Button } from '../../components/button';
import dialog from '../../components/dialog.module.css';
import { Field } from '../../components/field';
import { Panel } from '../../components/panel';
import { attempt, say } from '../../components/toaster';
import { useTexts } from '../../texts/texts';
import styles from './data.module.css';

/** The word that the engine wants to hear. */
const WORD = 'reset';

/** Empties log and lake; not to be undone, therefore asked for by name. */
export function ResetPanel() {
  const { data, frame, language } = useTexts();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const run = () =>
    attempt(async () => {
      await engine.invoke('reset.run', { confirm: typed });
      setOpen(false);
      setTyped('');
      say(data.resetDone);
    }, language);
  return (
    <Panel title={data.resetTitle}>
      <p className={styles.lead}>{data.resetText}</p>
      <AlertDialog.Root open={open} onOpenChange={setOpen}>
        <AlertDialog.Trigger render={<Button look="danger" />}>{data.resetButton}</AlertDialog.Trigger>
        <AlertDialog.Portal>
          <AlertDialog.Backdrop className={dialog.backdrop} />
          <AlertDialog.Popup className={styles.dialog}>
            <AlertDialog.Title className={styles.dialogTitle}>{data.resetTitle}</AlertDialog.Title>
            <AlertDialog.Description>{data.resetText}</AlertDialog.Description>
            <Field label={data.resetAsk}>
              {(control) => (
                <input
                  {...control}
                  autoComplete="off"
                  value={typed}
                  onChange={(event) => setTyped(event.target.value)}
                />
              )}
            </Field>
            <div className={styles.dialogFoot}>
              <AlertDialog.Close render={<Button />}>{frame.cancel}</AlertDialog.Close>
              <Button look="danger" disabled={typed.trim() !== WORD} onClick={run}>
                {data.resetRun}
              </Button>
            </div>
          </AlertDialog.Popup>
        </AlertDialog.Portal>
      </AlertDialog.Root>
    </Panel>
  );
}
