import type { BoardData } from './board-data';
import type { BoardTexts } from './board-texts';
import type { Line } from './style';

const MAX_LINES = 6;
/** A warning is an event, not a state: it leaves the board after so long. */
const WARNING_US = 60_000_000;

/** What a person should act on: alarms that last, fresh warnings, and what the numbers say by themselves. */
export function renderAlarms({ nowUs, health }: BoardData, texts: BoardTexts): Line[] {
  const { log, prober, notices } = health;
  const restarts = prober.workers.reduce((sum, { restarts }) => sum + restarts, 0);
  const red = [
    ...(log.unwritten > 0 ? [texts.waitingInMemory(log.unwritten, megabytes(log.unwrittenBytes))] : []),
    ...(log.notRecorded > 0 ? [texts.notRecorded(log.notRecorded)] : []),
    ...prober.workers.filter(({ alive }) => !alive).map(({ index }) => texts.workerDown(index)),
    ...notices
      .filter(({ level, resolvedUs }) => level === 'alarm' && resolvedUs === null)
      .map(({ message }) => message),
  ];
  const yellow = [
    ...(restarts > 0 ? [texts.workerRestarts(restarts)] : []),
    ...notices
      .filter(({ level, atUs }) => level === 'warning' && atUs > nowUs - WARNING_US)
      .map(({ message }) => message),
  ];
  const lines: Line[] = [
    ...red.map((text): Line => [{ text: `🔴 ! ${text}`, style: 'red' }]),
    ...yellow.map((text): Line => [{ text: `🟡 ! ${text}`, style: 'yellow' }]),
  ];
  return lines.length <= MAX_LINES
    ? lines
    : [...lines.slice(0, MAX_LINES - 1), [{ text: texts.more(lines.length - MAX_LINES + 1) }]];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
