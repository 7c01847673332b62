import { useEffect, useMemo, useRef, useState } from 'react';
import { AppError } from '../../../shared/contract/app-error';
import type { Phases } from '../../../shared/contract/overview';
import type { Percentiles, Range, Series, Totals } from '../../../shared/contract/questions';
import { engine } from '../../bridge/engine';
import { engineNowUs, useLink } from '../../stores/link-store';
import { listenProbes } from '../../stores/probe-rings';
import { extendPhases, extendSeries } from './live-series';
import { resolveRange, type ViewRange } from './view-range';

/** What the page knows of the range on screen. */
export interface History {
  range: Range;
  series: Series | null;
  phases: Phases | null;
  totals: Totals | null;
  percentiles: Percentiles | null;
  error: AppError | null;
}

const REFRESH_MIN_MS = 5000;
const REFRESH_MAX_MS = 60_000;

interface Answers extends Omit<History, 'range' | 'error'> {
  /** Whose range these answer; asked for another width they stand until the finer answer is there. */
  key: string;
}

/** A question without whose answer the page still stands. */
async function optional<V>(question: Promise<V>): Promise<V | null> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof AppError && error.code !== 'cancelled') return null;
    throw error;
  }
}

interface Asked {
  targetId: string;
  /** Null = all probers together. */
  probeId: string | null;
}

async function ask(of: Asked, range: Range, width: number, signal: AbortSignal) {
  const question = { ...of, range, width };
  const [series, phases, totals, percentiles] = await Promise.all([
    engine.invoke('series.get', question, signal),
    optional(engine.invoke('phases.get', question, signal)),
    optional(engine.invoke('totals.get', { ...of, range }, signal)),
    optional(engine.invoke('percentiles.get', { ...of, range }, signal)),
  ]);
  return { series, phases, totals, percentiles };
}

/**
 * Asks for the range, keeps asking while it follows the present, and lengthens raw answers with what is pushed.
 * @param width of the chart, px
 */
export function useHistory(
  { targetId, probeId }: Asked,
  view: ViewRange,
  width: number,
  lakeFromUs: number | null,
): History {
  const key = `${targetId} ${JSON.stringify(view)} ${probeId}`;
  const lakeFrom = useRef(lakeFromUs);
  lakeFrom.current = lakeFromUs;
  const [answers, setAnswers] = useState<Answers | null>(null);
  const [error, setError] = useState<AppError | null>(null);
  const [nowUs, setNowUs] = useState(engineNowUs);
  const link = useLink((held) => held.link);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for target, prober and view
  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = (spanUs: number) => {
      const everyMs = Math.min(REFRESH_MAX_MS, Math.max(REFRESH_MIN_MS, spanUs / 1000 / 400));
      timer = setTimeout(run, everyMs);
    };
    async function run() {
      const range = resolveRange(view, engineNowUs(), lakeFrom.current);
      try {
        const answer = await ask({ targetId, probeId }, range, width, abort.signal);
        setAnswers({ key, ...answer });
        setError(null);
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setError(thrown instanceof AppError ? thrown : new AppError('internal', String(thrown)));
      }
      if (!abort.signal.aborted && view.preset !== null) again(range.toUs - range.fromUs);
    }
    if (width > 0 && link !== 'lost') void run();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, width, link]);

  useEffect(() => {
    if (view.preset === null) return;
    return listenProbes((points) => {
      const own = points.filter(
        (point) =>
          point.targetId === targetId &&
          (probeId === null || point.probeId === probeId) &&
          (point.isFinalAttempt || point.outcome === 'missed'),
      );
      if (own.length === 0) return;
      const { fromUs } = resolveRange(view, engineNowUs(), lakeFrom.current);
      setNowUs(engineNowUs());
      setAnswers((held) => {
        if (held?.series?.kind !== 'raw') return held;
        const series = extendSeries(held.series, own, fromUs);
        const isOnes = held.phases?.bucketUs === null && series.probers?.ids.length === 1;
        return {
          ...held,
          series,
          phases: isOnes ? extendPhases(held.phases as Phases, own, fromUs) : held.phases,
        };
      });
    });
  }, [targetId, probeId, view]);

  const current = answers?.key === key ? answers : null;
  const range = useMemo(() => resolveRange(view, nowUs, lakeFromUs), [view, nowUs, lakeFromUs]);
  return {
    range,
    series: current?.series ?? null,
    phases: current?.phases ?? null,
    totals: current?.totals ?? null,
    percentiles: current?.percentiles ?? null,
    error: current === null || error !== null ? error : null,
  };
}
