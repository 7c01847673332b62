import { AppError } from '../../shared/contract/app-error';
import type { Health } from '../../shared/contract/health';
import type { PushMessage, PushPayload, Topic } from '../../shared/contract/pushes';
import { monotonicMs, nowUs } from '../platform/clock';
import { addWindows, BEATS, seedBeats, setBeatProber, setUptimes, useBeats } from '../stores/beat-store';
import { mergeExports } from '../stores/export-store';
import { setHealth } from '../stores/health-store';
import { markEvent, markLink, markMessage, useLink } from '../stores/link-store';
import { addProbes, seedRing } from '../stores/probe-rings';
import { setProbers, useProbers } from '../stores/prober-store';
import { useRoute } from '../stores/route-store';
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
  states(states, kind) {
    mergeStates(states, kind === 'snapshot');
    for (const { probeId } of states) hearOf(probeId);
  },
  probes(points) {
    addProbes(points);
    for (const { probeId } of points) hearOf(probeId);
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

/** Who is asked for again when someone is heard of who is not among them, at most this often. */
const PROBERS_AGAIN_MS = 5000;
let probersDueMs = 0;
const heardOf = new Set<string>();
let wantProbers = true;

function hearOf(probeId: string | null): void {
  if (probeId === null || heardOf.has(probeId)) return;
  heardOf.add(probeId);
  wantProbers = !useProbers.getState().probers.some((one) => one.probeId === probeId) || wantProbers;
}

async function askProbers(): Promise<void> {
  wantProbers = false;
  probersDueMs = monotonicMs() + PROBERS_AGAIN_MS;
  await enrich(engine.invoke('probers.list', {}), setProbers);
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
  const { probeId } = useBeats.getState();
  await enrich(engine.invoke('uptime.get', { probeId }), (all) => setUptimes(all, probeId));
  const tookMs = monotonicMs() - startedMs;
  uptimeDueMs = monotonicMs() + Math.min(UPTIME_MOST_MS, Math.max(UPTIME_LEAST_MS, tookMs * 100));
}

function askWindows(): void {
  const { probeId } = useBeats.getState();
  void enrich(engine.invoke('heartbeats.get', { perTarget: BEATS, probeId }), (all) =>
    seedBeats(all, probeId),
  );
  void askUptimes();
}

function askHistory(): void {
  void askProbers();
  askWindows();
  void enrich(engine.invoke('recent.get', { seconds: 300 }), (all) => {
    for (const one of all) {
      seedRing(one.targetId, one.probeId, one.timestampUs, one.latencyMs, one.outcome);
    }
  });
}

/** On the overview the prober in the address is whose windows and uptime are shown. */
function followRoute(): void {
  const { path, query } = useRoute.getState();
  const wanted = path.length === 0 ? query.get('prober') || null : null;
  if (wanted === useBeats.getState().probeId) return;
  setBeatProber(wanted);
  askWindows();
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
  followRoute();
  useRoute.subscribe(followRoute);
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
    if (link === 'open' && wantProbers && monotonicMs() >= probersDueMs) void askProbers();
  }, 1000);
}
