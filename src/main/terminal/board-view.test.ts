import { describe, expect, it } from 'vitest';
import type { TargetState } from '../../shared/contract/questions';
import { boardData, healthAt, kafkaAt, NOW_US, SECOND_US, stateAt, windowAt } from './board-fixtures';
import { boardTexts } from './board-texts';
import { type BoardView, renderBoard } from './board-view';
import { widthOf } from './display-width';
import { createLocalTime } from './local-time';

const viewOf = (changes: Partial<BoardView> = {}): BoardView => ({
  width: 80,
  height: 30,
  colours: false,
  texts: boardTexts.es,
  time: createLocalTime('Europe/Madrid'),
  ...changes,
});
const golden = (name: string) => `./golden/${name}.txt`;
const textOf = (lines: string[]) => `${lines.join('\n')}\n`;

const timedOut = {
  timestampUs: NOW_US - 12 * SECOND_US,
  phase: 'timeout',
  code: 'timeout_response',
  detail: null,
  statusCode: null,
};
const one = boardData({
  targets: [{ id: 'web', name: 'Arriendos', displayUrl: 'https://web.example/' }],
  states: [stateAt('web')],
  windows: [0, 1, 2, 3, 4].map((ago) => windowAt('web', ago)),
  windowsProcessed: 59,
});
const three = boardData({
  targets: [
    { id: 'web', name: 'Arriendos', displayUrl: 'https://web.example/' },
    { id: 'api', name: 'API de pagos 💳', displayUrl: 'https://api.example/' },
    { id: 'cdn', name: '', displayUrl: 'https://cdn.example/static/a-rather-long-path?key=***' },
  ],
  states: [
    stateAt('web'),
    stateAt('api', {
      state: 'down',
      latencyMs: null,
      errorsLastMinute: 12,
      sinceUs: NOW_US - 12 * SECOND_US,
      lastFailure: timedOut,
    }),
    stateAt('cdn', {
      state: 'degraded',
      latencyMs: 2200.5,
      lastFailure: {
        timestampUs: NOW_US - 86_400 * SECOND_US,
        phase: 'assertion',
        code: 'unexpected_status',
        detail: null,
        statusCode: 503,
      },
    }),
  ],
  windows: [0, 1, 2, 3].flatMap((ago) => [
    windowAt('api', ago, { error_count: 12, uptime_pct: 80, p95_latency: null, total_pings: 60 }),
    windowAt('cdn', ago),
    windowAt('web', ago),
  ]),
  windowsProcessed: 177,
});
const names: TargetState['state'][] = [
  'up',
  'up',
  'up',
  'up',
  'degraded',
  'down',
  'noData',
  'paused',
  'unknown',
  'missed',
];
const fifty = boardData({
  targets: Array.from({ length: 50 }, (_, i) => ({ id: `t${i}`, name: `target ${i}`, displayUrl: '' })),
  states: Array.from({ length: 50 }, (_, i) =>
    stateAt(`t${i}`, {
      state: names[i % 10] ?? 'up',
      errorsLastMinute: i % 10 === 5 ? i : 0,
      lastFailure: i % 10 === 5 ? timedOut : null,
    }),
  ),
  windows: [0, 1].flatMap((ago) => Array.from({ length: 50 }, (_, i) => windowAt(`t${i}`, ago))),
  windowsProcessed: 2950,
});
const stalled = boardData({
  ...one,
  health: healthAt({
    log: { unwritten: 1234, unwrittenBytes: 1_200_000, notRecorded: 7 },
    prober: {
      workers: [
        { index: 0, targets: 1, restarts: 2, alive: true },
        { index: 1, targets: 0, restarts: 1, alive: false },
      ],
    },
    notices: [
      {
        id: 2,
        atUs: NOW_US - 3600 * SECOND_US,
        stage: 'log',
        level: 'alarm',
        code: 'no_space',
        message: 'the disk of /data is full: make room, probing goes on',
        resolvedUs: null,
      },
      {
        id: 1,
        atUs: NOW_US - SECOND_US,
        stage: 'targets',
        level: 'warning',
        code: 'broken',
        message:
          'targets.json line 3: not JSON; kept as targets.broken-1.json, the last good list stays in force',
        resolvedUs: null,
      },
    ] as never,
  }),
});

const minutesAgo = (minutes: number) => NOW_US - minutes * 60 * SECOND_US;
const away = {
  ...one,
  health: healthAt({
    kafka: kafkaAt({
      connection: { state: 'failed', sinceUs: minutesAgo(12), problem: null },
      forwarder: {
        backlog: 32_422,
        backlogBytes: 14_600_000,
        oldestUs: minutesAgo(12),
        shipped: 310_204,
        shippedPerSecond: 0,
        lastAckUs: minutesAgo(12),
      },
      quarantine: [{ reason: 'not_json', count: 3, partition: 1, offset: '7', atUs: NOW_US }],
      lost: [{ partition: 1, fromOffset: '0', toOffset: '9', count: 9, atUs: NOW_US }],
    }),
    logSwitch: {
      from: 'embedded',
      to: 'kafka',
      seq: 4000,
      atUs: NOW_US,
      pendingHere: 1234,
      pendingAtBroker: null,
    },
  }),
};

describe('the board', () => {
  it.each([
    ['one-target', one],
    ['three-targets', three],
    ['fifty-targets', fifty],
    ['with-address', boardData({ address: 'http://127.0.0.1:8123/?token=0123456789abcdef' })],
    ['nothing-yet', boardData({ health: healthAt({ windows: { watermarkUs: null } }) })],
    ['stalled-log', stalled],
    ['kafka-connected', { ...one, health: healthAt({ kafka: kafkaAt() }) }],
    ['kafka-away', away],
  ] as const)('shows %s in both languages, on narrow and wide terminals', async (name, data) => {
    for (const language of ['en', 'es'] as const) {
      for (const width of [79, 119]) {
        const lines = renderBoard(data, viewOf({ width, texts: boardTexts[language] }));
        expect(lines.length).toBeLessThanOrEqual(30);
        for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(width);
        await expect(textOf(lines)).toMatchFileSnapshot(golden(`${name}-${language}-${width}`));
      }
    }
  });

  it('is a compact block where there is no screen', async () => {
    const lines = renderBoard(three, viewOf({ height: null, width: 120 }));
    await expect(textOf(lines)).toMatchFileSnapshot(golden('three-targets-plain'));
  });

  it('puts problems first and says how many targets did not fit', () => {
    const lines = renderBoard(fifty, viewOf({ texts: boardTexts.en, height: 20 }));
    const states = lines.slice(lines.indexOf('CURRENT STATE') + 2, lines.indexOf('LAST WINDOWS') - 1);
    expect(states[0]).toContain('target 45');
    const shown = states.filter((line) => /target \d/.test(line)).length;
    expect(states.at(-1)).toBe(`… ${50 - shown} more targets`);
    expect(lines.length).toBeLessThanOrEqual(20);
  });

  it('uses escape codes only when asked for colours', () => {
    expect(renderBoard(three, viewOf()).join('')).not.toContain('\u001b');
    expect(renderBoard(three, viewOf({ colours: true })).join('')).toContain('\u001b[31m');
  });

  it('lets no name or message steer the terminal', () => {
    const data = boardData({
      targets: [{ id: 'a', name: 'x\u001b[2J\r\ny\u202e', displayUrl: '' }],
      states: [stateAt('a')],
    });
    const text = renderBoard(data, viewOf()).join('\n');
    expect(text).toContain('x [2J y');
    for (const steering of ['\u001b', '\r', '\u202e']) expect(text).not.toContain(steering);
  });

  it('says of a mere aggregator neither what it does not measure nor how to add it', () => {
    const health = healthAt({ role: 'aggregator', prober: { workers: [], probesPerSecond: 0 } });
    const text = renderBoard(boardData({ health }), viewOf({ texts: boardTexts.en })).join('\n');
    expect(text).toContain('they are added at a prober');
    for (const word of ['ALARMS', 'probes/s', '--url']) expect(text).not.toContain(word);
  });

  it('says of a mere prober that others make the windows', () => {
    const health = healthAt({ role: 'prober' });
    const data = boardData({ states: [stateAt('web')], health });
    const text = renderBoard(data, viewOf({ texts: boardTexts.en })).join('\n');
    expect(text).toContain('The aggregators make the windows');
    expect(text).not.toContain('Windows processed');
  });

  it('says whose window it is where windows are of more targets than there are now', () => {
    const windows = [windowAt('web', 1), windowAt('old', 1)];
    const text = renderBoard({ ...one, windows }, viewOf({ width: 100 })).join('\n');
    expect(text).toContain('Objetivo  ');
    expect(text).toContain('https://old.example/');
  });

  it('says nothing of Kafka while there is none', () => {
    expect(renderBoard(one, viewOf()).join('')).not.toContain('Kafka');
  });

  it('has what waits for a cluster that is away in red, and before what matters less', () => {
    const lines = renderBoard(away, viewOf({ colours: true, width: 50, texts: boardTexts.en }));
    const at = lines.findIndex((text) => text.includes('Kafka:'));
    expect(lines[at]).toBe('\u001b[31mKafka: 🔴 ✖ not connected for 12 min\u001b[0m');
    expect(lines[at + 1]).toContain('\u001b[31mto ship: 32422, oldest 12 min\u001b[0m · lag 140');
  });

  it('fits the smallest of terminals', () => {
    for (const height of [5, 8, 12]) {
      const lines = renderBoard(stalled, viewOf({ width: 40, height }));
      expect(lines.length).toBeLessThanOrEqual(height);
      for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(40);
    }
  });
});
