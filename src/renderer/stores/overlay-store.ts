import { create } from 'zustand';

/** What lies over the screen besides the editor, which the address opens. */
export type Overlay = 'palette' | 'keys' | null;

export const useOverlay = create<{ overlay: Overlay }>(() => ({ overlay: null }));

export const showOverlay = (overlay: Overlay) => useOverlay.setState({ overlay });
