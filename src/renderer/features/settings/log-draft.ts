import { create } from 'zustand';
import type { LogForm } from './log-form';

interface LogDraft {
  /** What was typed and not saved; null = the panel shows what is in force, whatever comes. */
  typed: LogForm | null;
}

/** Outlives the screen: who looks at the pipeline page in between finds what was typed. */
export const useLogDraft = create<LogDraft>(() => ({ typed: null }));

export function setLogDraft(typed: LogForm | null): void {
  useLogDraft.setState({ typed });
}
