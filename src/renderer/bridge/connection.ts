import { AppError } from '../../shared/contract/app-error';
import type { Health } from '../../shared/contract/health';
import type { PushMessage, PushPayload, Topic } from '../../shared/contract/pushes';
import { monotonicMs, nowUs } from '../platform/clock';
import { addWindows, BEATS, seedBeats, setUptimes } from '../stores/beat-store';
import { mergeExports } from '../stores/export-store';
import { setHealth } from '../stores/health-store';
import { markEvent, markLink, markMessage, useLink } from '../stores/link-store';
import { addProbes, seedRing } from '../stores/probe-rings';
import { setSettings } from '../stores/settings-store';
import { mergeStates, setTargets } from '../stores/target-store';
import { engine } from './engine';

/** Health comes about once a second: this long without anything means that nobody is there. */
const SILENCE_MS = 6000;
const UPTIME_LEAST_MS = 5000;
const UPTIME_MOST_MS = 60_000;

const TOPICS = ['targets', 'states', 'probes', 'windows', 'health', 'exports', 'settings'] as const;

type Receivers = { [T in Topic]: (payload: PushPayload<T>, kind: PushMessage['kind']) => void };

function receiveHealth(health: Health): void {
  setHealth(health);
  const { version } = useLink.getState();
  useLink.setState({ offsetUs: health.nowUs - nowUs(), version: version ?? health.version });
  if (version !== null && version !== health.version) markLink('outdated');
}

const receivers: Receivers = {
  targets: setTargets,
  states: (states, kind) => mergeStates(states, kind === 'snapshot'),
  probes(points) {
    addProbes(points);
    const newest = points.reduce((latest, point) => Math.max(latest, point.timestampUs), 0);
    if (newest > 0) markEvent(newest);
  },
  windows: addWindows,
  health: receiveHealth,
  exports: mergeExports,
  settings: setSettings,
};

function receive<T extends Topic>(message: PushMessage<T>): void {
  const receiver: Receivers[T] = receivers[message.topic];
  receiver(message.payload, message.kind);
}

/** A question whose answer only enriches the screen: without it the screen stands with less. */
async function enrich<V>(question: Promise<V>, use: (value: V) => void): Promise<void> {
  try {
    use(await question);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/** Asked for again the later, the longer the answer takes: a small lake's numbers are seconds old, a large one's a minute. */
let uptimeDueMs = 0;
async function askUptimes(): Promise<void> {
  const startedMs = monotonicMs();
  uptimeDueMs = Number.POSITIVE_INFINITY;
  await enrich(engine.invoke('uptime.get', {}), setUptimes);
  const tookMs = monotonicMs() - startedMs;
  uptimeDueMs = monotonicMs() + Math.min(UPTIME_MOST_MS, Math.max(UPTIME_LEAST_MS, tookMs * 100));
}

function askHistory(): void {
  void enrich(engine.invoke('heartbeats.get', { perTarget: BEATS }), seedBeats);
  void enrich(engine.invoke('recent.get', { seconds: 300 }), (all) => {
    for (const one of all) seedRing(one.targetId, one.timestampUs, one.latencyMs, one.outcome);
  });
  void askUptimes();
}

/** Whether the engine is gone or merely does not let this page in. */
async function askWhyLost(): Promise<void> {
  try {
    await engine.invoke('health.get', {});
  } catch (error) {
    if (error instanceof AppError && error.code === 'forbidden') markLink('forbidden');
  }
}

/** Joins the engine's pushes to the stores for the life of the page. */
export function startConnection(): void {
  engine.subscribe(
    TOPICS,
    (message) => {
      markMessage();
      receive(message);
    },
    (state) => {
      const { link } = useLink.getState();
      if (link === 'outdated') return;
      if (state === 'open') {
        if (link !== 'open') {
          markLink('open');
          askHistory();
        }
        return;
      }
      if (link !== 'forbidden') markLink('lost');
      void askWhyLost();
    },
  );
  setInterval(() => {
    const { link, lastMessageMs } = useLink.getState();
    if (link === 'open' && monotonicMs() - lastMessageMs > SILENCE_MS) markLink('lost');
    else if (link === 'open' && monotonicMs() >= uptimeDueMs) void askUptimes();
  }, 1000);
}
