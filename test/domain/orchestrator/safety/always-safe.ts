import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlanStatus } from '../../../../src/domain/plan/plan-state.js';
import { howMany } from '../../../support/how-many.js';
import { FULL } from '../../../support/long-tests.js';
import { live } from './life.js';
import { SCENARIOS } from './scenario.js';
import { faultsOf } from './verdict.js';

/** Of each kind of scenario; with five kinds 10,000 in all, or 300. */
const RUNS = howMany({ few: 60, full: 2_000 });
const seed = Number(process.env['SIGNALBOX_SEED'] ?? Math.floor(Math.random() * 2 ** 31));

/**
 * Lives through random scenarios of these kinds and looks, throughout and at the
 * end, for anything that should never be. A seed repeats a run: SIGNALBOX_SEED.
 */
export function alwaysSafe(kinds: readonly (keyof typeof SCENARIOS)[]): void {
  describe.each(kinds)('whatever goes wrong, with %s', (kind) => {
    const ends = new Map<PlanStatus, number>();
    let deaths = 0;
    beforeAll(() => console.log(`${kind}: ${RUNS} cases, SIGNALBOX_SEED=${seed}`));
    afterAll(() => console.log(`${kind}: ${deaths} deaths;`, Object.fromEntries(ends)));

    test('floors hold, all ends, and the targets are as the record says', async () => {
      await fc.assert(
        fc.asyncProperty(SCENARIOS[kind], async (scenario) => {
          const life = await live(scenario);
          fc.pre(life !== null);
          if (life === null) return;
          expect(await faultsOf(life)).toEqual([]);
          const { status } = life.cluster.stateOf(life.deployment.id);
          ends.set(status, (ends.get(status) ?? 0) + 1);
          deaths += life.cluster.deaths;
        }),
        { numRuns: RUNS, seed },
      );
      // A run in which nothing of this came about would show nothing; few cancel.
      expect([...ends.keys()]).toEqual(
        expect.arrayContaining([
          ...['completed', 'rolled_back', 'failed'],
          ...(FULL ? ['cancelled'] : []),
        ]),
      );
      expect(deaths).toBeGreaterThan(0);
    }, 300_000);
  });
}
