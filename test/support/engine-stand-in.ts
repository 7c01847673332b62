import { pino } from 'pino';
import { createHttpServer } from '../../src/main/bridge/http-server';
import { createPushHub } from '../../src/main/bridge/push-hub';
import { createQuietSources } from '../../src/main/bridge/quiet-sources';
import { createRouter } from '../../src/main/bridge/router';
import { systemClock } from '../../src/main/platform/clock';
import { AppError } from '../../src/shared/contract/app-error';
import { commands, type Handlers } from '../../src/shared/contract/commands';
import type { Health } from '../../src/shared/contract/health';
import type { KafkaTest } from '../../src/shared/contract/kafka';
import type { KafkaPatch } from '../../src/shared/domain/kafka-settings';
import { type Settings, type SettingsPatch, settingsSchema } from '../../src/shared/domain/settings';

const logger = pino({ level: 'silent' });

/** The real bridge and the built interface over a made-up engine: for states that a real one is hard to bring into. */
export interface EngineStandIn {
  readonly address: string;
  /** Every patch that was asked for. */
  readonly patches: SettingsPatch[];
  /** Every draft whose connection was tried. */
  readonly tested: KafkaPatch[];
  /** What the next tests of a connection answer, or throw. */
  answerTests(answer: () => KafkaTest | Promise<KafkaTest>): void;
  /** What the next changes of the settings are refused with; null = they are taken. */
  refuse(error: AppError | null): void;
  settings(): Settings;
  health(next: Health): void;
  stop(): Promise<void>;
}

export async function startStandIn(start: {
  settings?: SettingsPatch;
  health: Health;
}): Promise<EngineStandIn> {
  let settings = settingsSchema.parse(start.settings ?? {});
  let health = start.health;
  let refusal: AppError | null = null;
  let test: () => KafkaTest | Promise<KafkaTest> = () => {
    throw new AppError('unavailable', 'nothing was agreed on');
  };
  const patches: SettingsPatch[] = [];
  const tested: KafkaPatch[] = [];
  const quiet = createQuietSources();
  const listen = quiet.sources;
  const sources = {
    ...listen,
    health: { ...listen.health, snapshot: () => health },
    settings: { ...listen.settings, snapshot: () => settings },
  };
  const missing = Object.keys(commands).map((name) => [
    name,
    () => {
      throw new AppError('unavailable', 'this engine only stands in');
    },
  ]);
  const handlers: Handlers = {
    ...(Object.fromEntries(missing) as Handlers),
    'settings.get': () => settings,
    'settings.update': (patch) => {
      patches.push(patch);
      if (refusal !== null) throw refusal;
      settings = settingsSchema.parse({ ...settings, ...patch });
      quiet.tell('settings', settings);
      return settings;
    },
    'health.get': () => health,
    'kafka.test': ({ kafka }) => {
      tested.push(kafka);
      return test();
    },
  };
  const hub = createPushHub(sources, { clock: systemClock, logger });
  const server = createHttpServer({
    router: createRouter(handlers, logger, { checkAnswers: true }),
    hub,
    port: 0,
    token: '0123456789abcdef'.repeat(2),
    logger,
    clock: systemClock,
    downloadOf: () => null,
    staticDirectory: 'out/renderer',
  });
  const { url } = await server.start();
  // A page that hears nothing for some seconds takes the engine for gone.
  const pulse = setInterval(() => {
    const aheadUs = systemClock.nowUs() - health.nowUs;
    health = { ...health, nowUs: health.nowUs + aheadUs };
    quiet.tell('health', health);
  }, 1000);
  return {
    address: url,
    patches,
    tested,
    answerTests: (answer) => {
      test = answer;
    },
    refuse: (error) => {
      refusal = error;
    },
    settings: () => settings,
    health: (next) => {
      health = next;
      quiet.tell('health', health);
    },
    async stop() {
      clearInterval(pulse);
      hub.stop();
      await server.stop();
    },
  };
}
