import type { Health } from '../../shared/contract/health';
import type { KafkaHealth } from '../../shared/contract/kafka';
import type { BoardTexts } from './board-texts';
import { widthOf } from './display-width';
import { durationText } from './local-time';
import type { Line, Span, Style } from './style';

type State = KafkaHealth['connection']['state'];

const LOOKS: Record<State, { sign: string; shape: string; style: Style }> = {
  connected: { sign: '🟢', shape: '●', style: 'green' },
  connecting: { sign: '⚪', shape: '○', style: 'dim' },
  failed: { sign: '🔴', shape: '✖', style: 'red' },
};
const GAP = ' · ';
/** Beneath the word "Kafka:". */
const INDENT = '       ';

/** The cluster while it is in use, in two lines at most, and one of a change of the log while it lasts; else nothing. */
export function renderKafka(health: Health, view: { width: number; texts: BoardTexts }): Line[] {
  const { kafka, logSwitch } = health;
  const words = view.texts.kafka;
  const lines: Line[] = kafka === null ? [] : fitParts(partsOf(kafka, health.nowUs, words), view.width);
  if (logSwitch === null) return lines;
  const { to, pendingHere, pendingAtBroker } = logSwitch;
  const text = words.switching(to === 'kafka', pendingHere, pendingAtBroker);
  return [...lines, [{ text: `🟡 ${text}`, style: 'yellow' }]];
}

/** What matters most comes first: it is the last to be left out. */
function partsOf(kafka: KafkaHealth, nowUs: number, words: BoardTexts['kafka']): Span[] {
  const { connection, forwarder, partitions, quarantine, lost } = kafka;
  const { sign, shape, style } = LOOKS[connection.state];
  const since = words.since(durationText(Math.max(0, nowUs - connection.sinceUs)));
  const lags = partitions.flatMap(({ lag }) => (lag === null ? [] : [lag]));
  const sum = (counts: readonly { count: number }[]) => counts.reduce((all, { count }) => all + count, 0);
  const isAway = connection.state === 'failed';
  const backlog: Span[] =
    forwarder === null
      ? []
      : [
          {
            text: words.backlog(
              forwarder.backlog,
              forwarder.oldestUs === null ? null : durationText(Math.max(0, nowUs - forwarder.oldestUs)),
            ),
            style: isAway && forwarder.backlog > 0 ? 'red' : undefined,
          },
        ];
  const lag: Span[] = lags.length === 0 ? [] : [{ text: words.lag(lags.reduce((a, b) => a + b, 0)) }];
  return [
    { text: `Kafka: ${sign} ${shape} ${words.states[connection.state]} ${since}`, style },
    ...(isAway ? [...backlog, ...lag] : [...lag, ...backlog]),
    ...(lost.length === 0 ? [] : [{ text: words.lost(sum(lost)), style: 'red' as const }]),
    ...(quarantine.length === 0
      ? []
      : [{ text: words.quarantine(sum(quarantine)), style: 'yellow' as const }]),
  ];
}

/** As many whole parts as fit into two lines: half a number is worse than none. */
function fitParts(parts: readonly Span[], width: number): Line[] {
  const lines: Span[][] = [[]];
  let used = 0;
  for (const part of parts) {
    const needed = widthOf(part.text);
    const line = lines.at(-1) ?? [];
    if (line.length === 0 || used + widthOf(GAP) + needed <= width) {
      const gap = line.length === 0 ? [] : [{ text: GAP }];
      line.push(...gap, part);
      used += (gap.length === 0 ? 0 : widthOf(GAP)) + needed;
    } else if (lines.length < 2) {
      lines.push([{ text: INDENT }, part]);
      used = widthOf(INDENT) + needed;
    } else {
      break;
    }
  }
  return lines;
}
