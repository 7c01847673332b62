import { create } from 'zustand';

/** What lies over the screen besides the editor, which the address opens. */
export type Overlay = 'palette' | 'keys' | null;

interface OverlayState {
  overlay: Overlay;
  /** Raised by every opening: what is typed into one is not found in the next. */
  openings: number;
  /** What had the focus before, to give it back. */
  before: HTMLElement | null;
}

export const useOverlay = create<OverlayState>(() => ({ overlay: null, openings: 0, before: null }));

export function showOverlay(overlay: Overlay): void {
  const state = useOverlay.getState();
  if (overlay === null) {
    useOverlay.setState({ overlay });
    return;
  }
  const { activeElement, body } = document;
  const focused = activeElement instanceof HTMLElement && activeElement !== body ? activeElement : null;
  // Opened again while it still fades away: what it was opened from at first stays what gets the focus back.
  const before = focused?.closest('[data-overlay]') ? state.before : focused;
  useOverlay.setState({ overlay, openings: state.openings + 1, before });
}
