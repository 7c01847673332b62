import type { ReactNode } from 'react';
import { STATE_ROLE, type StateName } from '../format/state';
import { useTexts } from '../texts/texts';
import styles from './state-mark.module.css';

const SHAPES: Record<StateName, ReactNode> = {
  up: <circle cx="6" cy="6" r="4.5" />,
  degraded: <path d="M6 0.5 11.5 6 6 11.5 0.5 6Z" />,
  down: <path d="M6 0.8 11.8 11H0.2Z" />,
  unknown: <circle cx="6" cy="6" r="4" fill="none" stroke="currentColor" strokeWidth="2" />,
  missed: <path d="M1 4.6h10v2.8H1Z" />,
  noData: <path d="M1 4.6h2.4v2.8H1Zm3.8 0h2.4v2.8H4.8Zm3.8 0H11v2.8H8.6Z" />,
  paused: <path d="M2 1.5h3v9H2Zm5 0h3v9H7Z" />,
};

/** A state by shape and colour, without the word: for where the word stands beside it. */
export function StateShape({ state }: { state: StateName }) {
  return (
    <svg className={styles.shape} data-role={STATE_ROLE[state]} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[state]}
    </svg>
  );
}

/** A state by shape, colour and word. @param word in place of the usual one, where more is known */
export function StateMark({ state, word }: { state: StateName; word?: string | undefined }) {
  const { states } = useTexts();
  return (
    <span className={styles.mark} data-role={STATE_ROLE[state]}>
      <StateShape state={state} />
      {word ?? states[state]}
    </span>
  );
}
