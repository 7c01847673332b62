import { useEffect, useMemo } from 'react';
import { ATTENTION, type StateName } from '../../format/state';
import { stateOf } from '../../format/target';
import { useLink } from '../../stores/link-store';
import { useTargets } from '../../stores/target-store';
import { useTexts } from '../../texts/texts';

/** How many targets are in each state. */
export function useCounts(): ReadonlyMap<StateName, number> {
  const version = useTargets((held) => held.stateVersion);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the version stands for the states it counts
  return useMemo(() => {
    const counts = new Map<StateName, number>();
    const { all, states } = useTargets.getState();
    for (const target of all ?? []) {
      const state = stateOf(target, states);
      counts.set(state, (counts.get(state) ?? 0) + 1);
    }
    return counts;
  }, [version]);
}

const PICTURES: Record<string, string> = {
  down: '<path d="M8 1 15.5 15H.5Z" fill="#d6303c"/>',
  degraded: '<path d="M8 .5 15.5 8 8 15.5.5 8Z" fill="#d18a12"/>',
  unknown: '<circle cx="8" cy="8" r="5.5" fill="none" stroke="#6a8bb0" stroke-width="3"/>',
  up: '<circle cx="8" cy="8" r="6.5" fill="#2c9c66"/>',
  none: '<path d="M1 6h14v4H1Z" fill="#8a949c"/>',
};

function setIcon(picture: string): void {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${picture}</svg>`;
  document
    .querySelector('link[rel=icon]')
    ?.setAttribute('href', `data:image/svg+xml,${encodeURIComponent(svg)}`);
}

/** The tab's title and picture carry the worst state. */
export function useWorst(): void {
  const counts = useCounts();
  const { states, frame } = useTexts();
  const lost = useLink(({ link }) => link !== 'open' && link !== 'waiting');
  useEffect(() => {
    const worst = ATTENTION.find((state) => (counts.get(state) ?? 0) > 0);
    if (lost || worst === undefined) {
      document.title = 'UpTimer';
      setIcon(PICTURES.none ?? '');
      return;
    }
    const sign = { down: '▲', degraded: '◆', unknown: '○' }[worst as string];
    document.title =
      sign === undefined
        ? 'UpTimer'
        : `${sign} ${frame.titleWorst(counts.get(worst) ?? 0, states[worst])} · UpTimer`;
    setIcon(PICTURES[worst] ?? PICTURES.none ?? '');
  }, [counts, states, frame, lost]);
}
