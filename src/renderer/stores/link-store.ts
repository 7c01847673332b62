import { create } from 'zustand';
import { monotonicMs, nowUs } from '../platform/clock';

/** `waiting`: nothing came yet. `forbidden`: the engine is there and does not know this page's token. */
export type Link = 'waiting' | 'open' | 'lost' | 'forbidden' | 'outdated';

interface LinkStore {
  link: Link;
  /** Since when the link is lost, µs; what is on screen is as of then. */
  lostSinceUs: number | null;
  /** Engine's wall clock less ours, µs. Nonzero when the browser runs on another machine. */
  offsetUs: number;
  /** Event time of the newest event that reached the page. */
  newestEventUs: number | null;
  lastMessageMs: number;
  version: string | null;
}

export const useLink = create<LinkStore>(() => ({
  link: 'waiting',
  lostSinceUs: null,
  offsetUs: 0,
  newestEventUs: null,
  lastMessageMs: 0,
  version: null,
}));

export function markLink(link: Link): void {
  useLink.setState((held) => {
    if (held.link === link) return held;
    const lost = link === 'lost' || link === 'forbidden';
    return { link, lostSinceUs: lost ? (held.lostSinceUs ?? engineNowUs()) : null };
  });
}

export function markMessage(): void {
  useLink.setState({ lastMessageMs: monotonicMs() });
}

export function markEvent(timestampUs: number): void {
  const held = useLink.getState().newestEventUs;
  if (held === null || timestampUs > held) useLink.setState({ newestEventUs: timestampUs });
}

/** The engine's wall clock as far as the page knows it, µs. */
export function engineNowUs(): number {
  return nowUs() + useLink.getState().offsetUs;
}
