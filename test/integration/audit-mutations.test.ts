import { describe, expect, test } from 'vitest';
import { IN_SCRIPTS } from '../mutations/script-mutations.js';
import { IN_WORKERS } from '../mutations/worker-mutations.js';
import { play } from '../mutations/scenario.js';
import { testRedis } from '../support/redis.js';

/** Printed with each failure: the same seed plays the same jobs in the same order of choices. */
const SEED = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Math.floor(Date.now() / 1_000));

describe('the checker', () => {
  test.each([SEED, SEED + 1])(
    'finds nothing in a store that is as it should be, at rest and at work (seed %i)',
    async (seed) => {
      const { findings, audits, deployments } = await play(testRedis(), seed);

      expect(findings).toEqual([]);
      expect(audits).toBeGreaterThan(10);
      expect(deployments).toBeGreaterThan(15);
    },
  );
});

describe.concurrent('the checker notices that', () => {
  test.each(Object.entries({ ...IN_SCRIPTS, ...IN_WORKERS }))(
    '%s',
    async (_, { caughtBy, ...mutation }) => {
      const { findings, applied } = await play(testRedis(), SEED, mutation);

      if (mutation.scripts)
        expect(applied, 'the mutation is in a script that ran').toBeGreaterThan(0);
      const found = [...new Set(findings.map(({ invariant }) => invariant))];
      const caught = found.filter((invariant) => caughtBy.includes(invariant));
      expect(caught, `seed ${SEED}, found ${found.join(', ') || 'nothing'}`).not.toEqual([]);
      expect(findings[0]?.message).toMatch(/\w/);
    },
  );
});
