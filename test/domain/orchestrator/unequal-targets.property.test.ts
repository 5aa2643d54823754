import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Deployment, floorIn } from '../../../src/domain/model/deployment/deployment.js';
import type { StrategySpec } from '../../../src/domain/model/plan/strategy-spec.js';
import { broken, fine } from '../../support/fake-services.js';
import { rounded, unequal } from './unequal.js';

const strategies: fc.Arbitrary<StrategySpec> = fc.oneof(
  fc.record({
    kind: fc.constant('rolling' as const),
    batchSize: fc.constantFrom(1, 2, '100%' as const),
    maxUnavailable: fc.constantFrom(undefined, 1, 2, '60%' as const, '90%' as const),
  }),
  fc.record({
    kind: fc.constant('canary' as const),
    traffic: fc.constant(true),
    stages: fc.constantFrom([20, 100], [10, 50, 100], [30, 60, 100]),
    maxUnavailable: fc.constantFrom(undefined, 1, 2, '80%' as const),
  }),
  fc.record({
    kind: fc.constant('canary' as const),
    stages: fc.constantFrom([50, 100], [100]),
    maxUnavailable: fc.constantFrom(undefined, 1, '80%' as const),
  }),
  fc.record({
    kind: fc.constant('blue_green' as const),
    maxUnavailable: fc.constantFrom(undefined, 0, 1, '50%' as const),
  }),
);

/** What serves while a deployment goes on: in rotation, with a share, and not just being called. */
function watching(world: ReturnType<typeof unequal>) {
  const called = new Set<string>();
  let least = Number.POSITIVE_INFINITY;
  let fails = '';
  const look = async (): Promise<void> => {
    const shares = await world.shares();
    const serving = world.names.filter((id) => (shares[id] ?? 0) > 0 && !called.has(id));
    const capacity = serving.reduce((sum, id) => sum + world.sizeOf(id), 0);
    least = Math.min(least, capacity);
  };
  world.driver.onApply = async ({ target, version }) => {
    called.add(target.id);
    await look();
    if (version === fails && target.id === world.names.at(-1)) {
      return broken('no');
    }
    called.delete(target.id);
    return fine;
  };
  return {
    from: (failing: string) => {
      [least, fails] = [Number.POSITIVE_INFINITY, failing];
      called.clear();
    },
    least: () => least,
  };
}

describe('whatever the sizes, and whatever the strategy', () => {
  test('the floor holds by capacity, and in the end the shares are the declared ones', async () => {
    const ended = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(1, 2, 2.5, 4, 16), { minLength: 2, maxLength: 6 }),
        fc.constantFrom('configuration' as const, 'balancer' as const),
        fc.array(fc.tuple(strategies, fc.boolean()), { minLength: 1, maxLength: 3 }),
        fc.boolean(),
        async (sizes, by, deployments, coloured) => {
          const world = unequal({ sizes, by, coloured });
          const watch = watching(world);
          const first = coloured
            ? ({ kind: 'blue_green' } as const)
            : ({ kind: 'rolling' } as const);
          expect((await world.live('1.0.0', { strategy: first })).state.status).toBe('completed');
          let declared = coloured ? await world.shares() : world.byCapacity(world.names);
          for (const [at, [strategy, fails]] of deployments.entries()) {
            const version = `${at + 2}.0.0`;
            watch.from(fails ? version : '');
            const done = await world.live(version, { strategy }).catch(refusalIn);
            if (done === null) continue;
            const { status } = done.state;
            ended.set(status, (ended.get(status) ?? 0) + 1);
            expect(watch.least()).toBeGreaterThanOrEqual(floorIn(done) - 1e-9);
            const shares = await world.shares();
            if (status === 'completed') {
              const carrying = world.names.filter((id) => (shares[id] ?? 0) > 0);
              expect(rounded(shares)).toEqual(rounded(world.byCapacity(carrying)));
              if (!coloured) expect(carrying).toEqual(world.names);
              declared = shares;
            } else if (status === 'rolled_back') expect(rounded(shares)).toEqual(rounded(declared));
            else return;
          }
        },
      ),
      { numRuns: 150 },
    );
    expect(ended.get('completed')).toBeGreaterThan(20);
    expect(ended.get('rolled_back')).toBeGreaterThan(5);
  });
});

/** A plan that can't be is none. */
function refusalIn(error: unknown): Deployment | null {
  if (String(error).includes('expected')) return null;
  throw error;
}
