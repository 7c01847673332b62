import { expect, it } from 'vitest';
import { AppError, errorCodes } from '../../shared/contract/app-error';
import { texts } from '../texts/texts';
import { faultText, noticeText } from './fault';

it('says the engine’s own sentence in English, and another with the path in Spanish', () => {
  const full = new AppError('no_space', 'The disk of /srv/lake/x is full. Free some space.');
  expect(faultText(full, texts.en)).toBe(full.message);
  expect(faultText(full, texts.es)).toMatch(/^No queda espacio en el disco\..* \(\/srv\/lake\/x\)$/);
  expect(faultText('boom', texts.es)).toBe('boom');
});

it('has a Spanish sentence for every code of an error', () => {
  for (const code of errorCodes) {
    const said = faultText(new AppError(code, 'English words only'), texts.es);
    expect(said, code).not.toContain('English');
  }
});

it('translates notices by their code, and lets those of a newer engine through', () => {
  const notice = { code: 'flush_failed', message: 'the lake cannot be written, nothing is lost: /d is full' };
  expect(noticeText(notice, texts.en, 'all')).toBe(notice.message);
  expect(noticeText(notice, texts.es, 'all')).toBe('No se puede escribir el lago; nada se pierde. (/d)');
  expect(noticeText({ code: 'of_tomorrow', message: 'new words' }, texts.es, 'all')).toBe('new words');
});

it('keeps of what befell the topic where it was', () => {
  const said = (code: string, message: string) => noticeText({ code, message }, texts.es, 'all');
  expect(said('kafka_connection', 'cannot reach kafka-1.example:9092: refused')).toMatch(
    /^No se llega al clúster de Kafka.* \(kafka-1\.example:9092\)$/,
  );
  expect(said('kafka_lost', 'partition 4: 320000 records were lost')).toMatch(/\(partición 4\)$/);
  expect(said('identity_conflict', 'same (probe_id, seq) at partition 12, offset 7')).toContain(
    'partición 12',
  );
  const codes = [
    'kafka_partitions',
    'kafka_other_log',
    'kafka_quarantine',
    'fenced',
    'log_switch_begun',
    'log_switch_finished',
    'topic_left',
  ];
  for (const code of codes) expect(said(code, 'English words only'), code).not.toContain('English');
});

it('says that probes wait only where there are any', () => {
  const notice = { code: 'kafka_connection', message: 'No answer in time.' };
  expect(noticeText(notice, texts.es, 'prober')).toContain('Las mediciones esperan');
  expect(noticeText(notice, texts.es, 'aggregator')).not.toContain('mediciones');
});
