import { describe, expect, test } from 'vitest';
import type { Invariant } from '../../src/domain/audit/findings/finding.js';
import { play } from '../mutations/scenario.js';
import { IN_SCRIPTS } from '../mutations/script-mutations.js';
import { IN_WORKERS } from '../mutations/worker-mutations.js';
import { testRedis } from '../support/redis.js';
import { someOf } from '../support/some-of.js';

/** Printed with each failure: the same seed makes the same choices. SIGNALBOX_TEST_SEED plays one again. */
const SEED = Number(process.env['SIGNALBOX_TEST_SEED'] ?? Math.floor(Date.now() / 1_000));
/** On a busy machine a frozen worker may wake too late to do harm: then there was nothing to notice. */
const PLAYS = 3;
const MUTATIONS = Object.entries({ ...IN_SCRIPTS, ...IN_WORKERS });

describe('the checker', () => {
  test.each(someOf([SEED, SEED + 1], 1, 0))(
    'finds nothing in a store that is as it should be, at rest and at work (seed %i)',
    async (seed) => {
      const { findings, audits, deployments } = await play(testRedis(), seed);

      expect(findings).toEqual([]);
      expect(audits).toBeGreaterThan(5);
      expect(deployments).toBeGreaterThan(15);
    },
  );
});

describe.concurrent('the checker notices that', () => {
  test.each(someOf(MUTATIONS, 4, SEED))('%s', async (_, { caughtBy, ...mutation }) => {
    const found = new Set<Invariant>();
    const caught = (): readonly Invariant[] => caughtBy.filter((each) => found.has(each));
    for (let n = 0; n < PLAYS && caught().length === 0; n++) {
      const { findings, applied } = await play(testRedis(), SEED + n, mutation);
      for (const { invariant } of findings) found.add(invariant);
      if (!mutation.scripts) continue;
      expect(applied, 'the mutation is in a script that ran').toBeGreaterThan(0);
    }

    expect(caught(), `seed ${SEED}, found ${[...found].join(', ') || 'nothing'}`).not.toEqual([]);
  });
});
