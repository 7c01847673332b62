import { hasCompleted } from '../../shared/domain/probe-event';
import { causeWords, decimalText } from './board-data';
import type { BoardTexts } from './board-texts';
import { plainText } from './display-width';
import type { LocalTime } from './local-time';
import type { StageEvents, StageName } from './stage-events';
import type { StageTexts } from './stage-texts';

export interface LineContext {
  texts: StageTexts;
  /** The words of failures. */
  words: BoardTexts;
  /** What stands before a probe or window, such as `web: `; empty while there is one target. */
  prefixOf: (targetId: string) => string;
  time: LocalTime;
}

type LineOf = { [S in StageName]: (event: StageEvents[S], context: LineContext) => string };

/** One event of a stage as one line, without the name of the stage and without a line break. */
export const lineOf: LineOf = {
  prober(event, { texts, words, prefixOf }) {
    const prefix = prefixOf(event.target_id);
    const cause = causeWords(event.failure_code, null, words);
    if (event.outcome === 'missed') return prefix + texts.missed(event.missed_count ?? 1, cause);
    const retry = event.attempt > 1 ? texts.attempt(event.attempt) : '';
    // An answer that came whole counts as sent, whatever it said: its status tells the rest.
    if (hasCompleted(event) && event.status_code !== null) {
      return prefix + texts.sent(event.status_code, `${decimalText(event.latency_ms)}ms`) + retry;
    }
    return `${prefix}${texts.error(cause)}${event.failure_phase === null ? '' : ` - ${event.failure_phase}`}${retry}`;
  },
  log: ({ firstSeq, lastSeq, durationMs }, { texts }) =>
    texts.logged(firstSeq, lastSeq, decimalText(durationMs)),
  windows: (row, { texts, prefixOf, time }) =>
    prefixOf(row.target_id) +
    texts.window(
      time.full(row.end_time),
      row.total_pings,
      row.error_count,
      decimalText(row.uptime_pct),
      decimalText(row.avg_latency),
    ) +
    (row.is_final ? '' : texts.provisional),
  lake: (event, { texts }) =>
    event.kind === 'flush'
      ? texts.flushed(event.rows, event.windows, decimalText(event.durationMs))
      : texts.merged(event.inputs, event.rows, decimalText(event.durationMs)),
  ui(event, { texts }) {
    if (event.kind === 'call') return texts.call(event.name, event.result, decimalText(event.durationMs));
    return event.kind === 'came'
      ? texts.came(event.topics.join(', '), event.subscribers)
      : texts.went(event.subscribers);
  },
};

/** `--log prober,…`: one line per event of the stages asked for. */
export interface StageLines {
  /** Whether anybody reads this stage: an event nobody reads need not be made. */
  wants(stage: StageName): boolean;
  tell<S extends StageName>(stage: S, event: StageEvents[S]): void;
}

/** @param options.write gets whole lines, line break included */
export function createStageLines(
  options: { stages: readonly StageName[]; write: (text: string) => void } & LineContext,
): StageLines {
  const { stages, write } = options;
  const wanted = new Set(stages);
  // With one stage, its lines need no name before them.
  const names = wanted.size > 1;
  return {
    wants: (stage) => wanted.has(stage),
    tell(stage, event) {
      if (!wanted.has(stage)) return;
      const line: LineOf[typeof stage] = lineOf[stage];
      write(`${names ? `${stage.padEnd(7)} ` : ''}${plainText(line(event, options))}\n`);
    },
  };
}
