import { useEffect } from 'react';
import { showOverlay, useOverlay } from '../../stores/overlay-store';
import { goTo, setQuery, useRoute } from '../../stores/route-store';

const SCREENS: Readonly<Record<string, readonly string[]>> = {
  1: [],
  2: ['data'],
  3: ['pipeline'],
  4: ['settings'],
};
const TYPING = 'input, textarea, select, [contenteditable="true"]';

const search = () => document.querySelector<HTMLElement>('input[type="search"]');

/** The overview's search, which may first have to be shown. */
function focusSearch(): void {
  if (useRoute.getState().path.length === 0) search()?.focus();
  else {
    goTo([]);
    requestAnimationFrame(() => search()?.focus());
  }
}

/** Whether something lies over the screen. Toasts are dialogs too, and nobody has to answer them. */
const isCovered = () =>
  useOverlay.getState().overlay !== null ||
  useRoute.getState().query.has('edit') ||
  document.querySelector('[role="alertdialog"], [role="menu"]') !== null;

const ACTIONS: Readonly<Record<string, () => void>> = {
  '?': () => showOverlay('keys'),
  '/': focusSearch,
  n: () => setQuery({ edit: 'new' }),
};

/** Keys of the whole page. Single letters are for nobody who is typing, or has something open. */
export function useKeys(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        showOverlay(useOverlay.getState().overlay === 'palette' ? null : 'palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return;
      if (isCovered()) return;
      const screen = SCREENS[event.key];
      const action = ACTIONS[event.key] ?? (screen === undefined ? undefined : () => goTo(screen));
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
