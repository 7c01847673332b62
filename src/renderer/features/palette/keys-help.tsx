import { Dialog } from '@base-ui/react/dialog';
import { X } from 'lucide-react';
import { Fragment } from 'react';
import { Button } from '../../components/button';
import dialog from '../../components/dialog.module.css';
import { showOverlay, useOverlay } from '../../stores/overlay-store';
import { useTexts } from '../../texts/texts';
import styles from './palette.module.css';

const isApple = /mac|iphone|ipad/i.test(navigator.platform);

function KeyList({ rows }: { rows: readonly (readonly [keys: readonly string[], what: string])[] }) {
  return (
    <dl className={styles.keysList}>
      {rows.map(([keys, what]) => (
        <Fragment key={what}>
          <dt>
            {keys.map((key) => (
              <Fragment key={key}>
                <kbd>{key}</kbd>{' '}
              </Fragment>
            ))}
          </dt>
          <dd>{what}</dd>
        </Fragment>
      ))}
    </dl>
  );
}

/** `?`: every path that a keyboard has. */
export function KeysHelp() {
  const { palette, frame } = useTexts();
  const open = useOverlay(({ overlay }) => overlay === 'keys');
  return (
    <Dialog.Root open={open} onOpenChange={(next) => showOverlay(next ? 'keys' : null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup className={`${dialog.centred} ${styles.popup} ${styles.keys}`}>
          <header className={styles.keysHead}>
            <Dialog.Title className={styles.keysTitle}>{palette.keysTitle}</Dialog.Title>
            <Dialog.Close aria-label={frame.close} render={<Button look="quiet" />}>
              <X aria-hidden="true" />
            </Dialog.Close>
          </header>
          <KeyList
            rows={[
              [[isApple ? '⌘ K' : 'Ctrl K'], palette.keyFind],
              [['/'], palette.keySearch],
              [['n'], palette.keyAdd],
              [['1', '2', '3', '4'], palette.keyScreens],
              [['Tab'], palette.keyTab],
              [['Esc'], palette.keyEscape],
              [['?'], palette.keyHelp],
            ]}
          />
          <h3 className={styles.keysGroup}>{palette.inChart}</h3>
          <KeyList
            rows={[
              [['←', '→'], palette.keyMove],
              [['+', '−'], palette.keyZoom],
              [['Esc'], palette.keyLive],
            ]}
          />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
