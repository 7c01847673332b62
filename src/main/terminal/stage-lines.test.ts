import { describe, expect, it } from 'vitest';
import { windowAt } from './board-fixtures';
import { boardTexts } from './board-texts';
import { createLocalTime } from './local-time';
import type { StageEvents, StageName } from './stage-events';
import { createStageLines, lineOf } from './stage-lines';
import { stageTexts } from './stage-texts';

const context = (language: 'en' | 'es', prefix = '') => ({
  texts: stageTexts[language],
  words: boardTexts[language],
  prefixOf: () => prefix,
  time: createLocalTime('UTC'),
});
const probe = (changes: Partial<StageEvents['prober']> = {}): StageEvents['prober'] => ({
  target_id: 'web',
  outcome: 'up',
  status_code: 200,
  latency_ms: 150.23,
  failure_phase: null,
  failure_code: null,
  attempt: 1,
  missed_count: null,
  ...changes,
});
const timeout = probe({
  outcome: 'down',
  status_code: null,
  latency_ms: 10_000,
  failure_phase: 'timeout',
  failure_code: 'timeout_response',
});

describe('the line of a probe', () => {
  it('is the one of the old producer, in Spanish', () => {
    expect(lineOf.prober(probe(), context('es'))).toBe('Enviado: 200 - 150.23ms');
    expect(lineOf.prober(probe({ latency_ms: 7 }), context('es'))).toBe('Enviado: 200 - 7.00ms');
  });

  it('names the target when there are several', () => {
    expect(lineOf.prober(probe(), context('en', 'web: '))).toBe('web: Sent: 200 - 150.23ms');
  });

  it('tells any whole answer by its status', () => {
    const refused = probe({
      outcome: 'down',
      status_code: 503,
      failure_phase: 'assertion',
      failure_code: 'unexpected_status',
    });
    expect(lineOf.prober(refused, context('es'))).toBe('Enviado: 503 - 150.23ms');
  });

  it('tells a failure in words and by its phase, and which attempt it was', () => {
    expect(lineOf.prober(timeout, context('es'))).toBe('Error: sin respuesta a tiempo - timeout');
    expect(lineOf.prober({ ...timeout, attempt: 2 }, context('en'))).toBe(
      'Error: no answer in time - timeout (attempt 2)',
    );
    const cut = probe({ outcome: 'down', failure_phase: 'response', failure_code: 'body_cut' });
    expect(lineOf.prober(cut, context('en'))).toBe('Error: answer cut short - response');
  });

  it('tells what was not measured, and how often', () => {
    const missed = probe({
      outcome: 'missed',
      status_code: null,
      latency_ms: null,
      failure_code: 'overrun',
      missed_count: 3,
    });
    expect(lineOf.prober(missed, context('es'))).toBe('No medido: 3 - el sondeo anterior seguía en curso');
  });
});

describe('the lines of the other stages', () => {
  it('tell what was acknowledged, written, flushed, merged and asked', () => {
    const en = context('en');
    expect(lineOf.log({ firstSeq: 7, lastSeq: 9, durationMs: 1.234 }, en)).toBe(
      'acknowledged: seq 7-9, 1.23 ms',
    );
    expect(lineOf.windows(windowAt('web', 2, { error_count: 3, uptime_pct: 95 }), en)).toBe(
      'window 2026-01-02 12:03:00: 60 pings, 3 errors, uptime 95.00 %, average 152.50 ms',
    );
    expect(lineOf.windows(windowAt('web', 0), en)).toContain('(provisional)');
    expect(lineOf.lake({ kind: 'flush', rows: 10, windows: 2, durationMs: 31 }, en)).toBe(
      'flush: 10 rows, 2 windows, 31.00 ms',
    );
    expect(lineOf.lake({ kind: 'merge', inputs: 6, rows: 3600, durationMs: 80 }, en)).toBe(
      'merge: 6 files, 3600 rows, 80.00 ms',
    );
    expect(lineOf.ui({ kind: 'came', topics: ['states', 'probes'], subscribers: 1 }, en)).toBe(
      'subscriber came: states, probes (1 now)',
    );
    expect(lineOf.ui({ kind: 'went', topics: ['states'], subscribers: 0 }, en)).toBe(
      'subscriber went (0 now)',
    );
    expect(lineOf.ui({ kind: 'call', name: 'series.get', result: 'ok', durationMs: 12 }, en)).toBe(
      'command series.get: ok, 12.00 ms',
    );
  });
});

describe('--log', () => {
  const linesOf = (stages: StageName[]) => {
    const written: string[] = [];
    const lines = createStageLines({ stages, write: (text) => void written.push(text), ...context('es') });
    lines.tell('prober', probe());
    lines.tell('log', { firstSeq: 1, lastSeq: 1, durationMs: 1 });
    return { written, lines };
  };

  it('writes only the stages asked for, without a name when there is one', () => {
    const { written, lines } = linesOf(['prober']);
    expect(written).toEqual(['Enviado: 200 - 150.23ms\n']);
    expect([lines.wants('prober'), lines.wants('log')]).toEqual([true, false]);
  });

  it('names the stage of each line when there are several', () => {
    expect(linesOf(['prober', 'log', 'lake']).written).toEqual([
      'prober  Enviado: 200 - 150.23ms\n',
      'log     confirmado: seq 1-1, 1.00 ms\n',
    ]);
  });

  it('writes one line per event, whatever a name holds', () => {
    const written: string[] = [];
    const lines = createStageLines({
      stages: ['prober'],
      write: (text) => void written.push(text),
      ...context('es', 'a\n\u001b[2Jb: '),
    });
    lines.tell('prober', probe({ latency_ms: 1 }));
    expect(written).toEqual(['a [2Jb: Enviado: 200 - 1.00ms\n']);
  });
});
