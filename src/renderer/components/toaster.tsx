import { Toast } from '@base-ui/react/toast';
import { X } from 'lucide-react';
import { faultText } from '../format/fault';
import { texts, useTexts } from '../texts/texts';
import { Button } from './button';
import styles from './toaster.module.css';

const manager = Toast.createToastManager();

/** Says something in passing, with at most one thing to do about it. */
export function say(text: string, action?: { label: string; run: () => void }): void {
  const id = manager.add({
    description: text,
    timeout: action === undefined ? 5000 : 10_000,
    ...(action === undefined
      ? {}
      : {
          actionProps: {
            children: action.label,
            onClick: () => {
              manager.close(id);
              action.run();
            },
          },
        }),
  });
}

/** Runs what a click began; a fault of ours or of the engine is said, never swallowed. */
export async function attempt(run: () => Promise<void>, language: 'en' | 'es'): Promise<void> {
  try {
    await run();
  } catch (error) {
    const title = texts[language].frame.failed;
    const description = faultText(error, texts[language]);
    manager.add({ title, description, timeout: 12_000, type: 'error', priority: 'high' });
  }
}

function List() {
  const { toasts } = Toast.useToastManager();
  const { frame } = useTexts();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className={styles.toast} swipeDirection={[]}>
      <Toast.Content className={styles.content}>
        <div className={styles.words}>
          <Toast.Title className={styles.title} />
          <Toast.Description className={styles.text} />
        </div>
        {toast.actionProps !== undefined && <Toast.Action className={styles.action} />}
        <Toast.Close aria-label={frame.close} render={<Button look="quiet" />}>
          <X />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}

export function Toaster() {
  const { frame } = useTexts();
  return (
    <Toast.Provider toastManager={manager} limit={4}>
      <Toast.Portal>
        <Toast.Viewport className={styles.viewport} aria-label={frame.notifications}>
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}
