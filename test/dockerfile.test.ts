import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe('the Dockerfile', () => {
  it('builds, measures as a non-root user, answers its health check and ends cleanly', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/exercise-dockerfile.mjs'], {
      encoding: 'utf8',
      timeout: 280_000,
    });
    expect(status, `${stdout}\n${stderr}`).toBe(0);
    expect(stdout).toContain('every instruction of the Dockerfile was exercised');
  }, 300_000);
});
