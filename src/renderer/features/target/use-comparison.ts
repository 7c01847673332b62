import { useEffect, useRef, useState } from 'react';
import { AppError } from '../../../shared/contract/app-error';
import type { Comparison } from '../../../shared/contract/overview';
import { engine } from '../../bridge/engine';
import { monotonicMs } from '../../platform/clock';
import { engineNowUs } from '../../stores/link-store';
import { resolveRange, type ViewRange } from './view-range';

const AGAIN_MS = 5000;
/** It asks as many questions as there are probers: the engine shall be busy with it for a small part of the time. */
const REST = 10;

/**
 * The range on screen prober by prober, asked for again while it follows the present. What was known stays until the next answer.
 * @param wanted false while there is nobody to compare, or the charts, which come first, are still asked for
 */
export function useComparison(
  targetId: string,
  view: ViewRange,
  lakeFromUs: number | null,
  wanted: boolean,
): Comparison | null {
  const [comparison, setComparison] = useState<Comparison | null>(null);
  const lakeFrom = useRef(lakeFromUs);
  lakeFrom.current = lakeFromUs;
  useEffect(() => {
    if (!wanted) return;
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function run() {
      const startedMs = monotonicMs();
      const range = resolveRange(view, engineNowUs(), lakeFrom.current);
      try {
        setComparison(await engine.invoke('probers.compare', { targetId, range }, abort.signal));
      } catch (error) {
        // Without it the table still says who says what now.
        if (!(error instanceof AppError)) throw error;
      }
      if (abort.signal.aborted || view.preset === null) return;
      timer = setTimeout(run, Math.max(AGAIN_MS, REST * (monotonicMs() - startedMs)));
    }
    void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [targetId, view, wanted]);
  return comparison;
}
