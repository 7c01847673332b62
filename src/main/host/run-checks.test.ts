import { describe, expect, it } from 'vitest';
import { textsOf } from '../../shared/texts/language';
import { checkProbeName, checkRole } from './run-checks';

const en = textsOf('en');

describe('what is checked when a run begins', () => {
  it.each(['prober', 'aggregator'] as const)('a %s needs Kafka', (role) => {
    checkRole(role, { log: 'kafka' }, en);
    expect(() => checkRole(role, { log: 'embedded' }, en)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        field: '--role',
        message: expect.stringContaining('--kafka'),
      }),
    );
  });

  it('who does everything needs none', () => {
    checkRole('all', { log: 'embedded' }, en);
    checkRole('all', { log: 'kafka' }, en);
  });

  it('a name of a prober is for a log that has none yet, or that one', () => {
    checkProbeName(null, 'home-0a1b2c3d', '/data', en);
    checkProbeName('home', 'home-0a1b2c3d', '/data', en);
    expect(() => checkProbeName('office', 'home-0a1b2c3d', '/data', en)).toThrow(
      expect.objectContaining({
        code: 'invalid_input',
        field: '--probe-id',
        message: expect.stringContaining('home-0a1b2c3d'),
      }),
    );
  });
});
