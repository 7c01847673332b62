import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { ChevronRight } from 'lucide-react';
import { useMemo } from 'react';
import dialog from '../../components/dialog.module.css';
import { StateShape } from '../../components/state-mark';
import { showOverlay, useOverlay } from '../../stores/overlay-store';
import { useTexts } from '../../texts/texts';
import styles from './palette.module.css';
import { matches, type PaletteItem, paletteItems } from './palette-items';

/** At once, not a frame later as the dialog would: whoever types fast after Ctrl-K loses no letter. */
const focusAtOnce = (input: HTMLInputElement | null) => input?.focus();

/** More would not be looked through: one more letter narrows it. */
const MAX_SHOWN = 50;

function List() {
  const texts = useTexts();
  const { palette } = texts;
  const items = useMemo(() => paletteItems(texts), [texts]);
  const run = (item: PaletteItem) => {
    showOverlay(null);
    item.run();
  };
  return (
    <Autocomplete.Root
      inline
      open
      items={items}
      itemToStringValue={(item: PaletteItem) => item.label}
      filter={matches}
      limit={MAX_SHOWN}
      autoHighlight="always"
      keepHighlight
    >
      <Autocomplete.Input
        ref={focusAtOnce}
        className={styles.input}
        aria-label={palette.hint}
        placeholder={palette.hint}
      />
      <Autocomplete.Empty className={styles.empty}>{palette.nothing}</Autocomplete.Empty>
      <Autocomplete.List className={styles.list}>
        {(item: PaletteItem) => (
          <Autocomplete.Item key={item.id} value={item} className={styles.item} onClick={() => run(item)}>
            {item.state === null ? <ChevronRight aria-hidden="true" /> : <StateShape state={item.state} />}
            <span className={styles.label}>{item.label}</span>
            <span className={styles.detail}>{item.detail}</span>
          </Autocomplete.Item>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}

/** True = as the dialog would. */
const focusedBefore = () => {
  const { before } = useOverlay.getState();
  return before?.isConnected ? before : true;
};

/** Ctrl-K: finds targets by name, address and tag, and commands in both languages. */
export function Palette() {
  const { palette } = useTexts();
  const open = useOverlay(({ overlay }) => overlay === 'palette');
  const openings = useOverlay((state) => state.openings);
  return (
    <Dialog.Root open={open} onOpenChange={(next) => showOverlay(next ? 'palette' : null)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={dialog.backdrop} />
        <Dialog.Popup data-overlay className={`${dialog.centred} ${styles.popup}`} finalFocus={focusedBefore}>
          <Dialog.Title className="visually-hidden">{palette.title}</Dialog.Title>
          <List key={openings} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
