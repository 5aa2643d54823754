import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasEnded, type Release } from '../../src/domain/release/release.js';
import { cancelRelease } from '../../src/domain/release/release-commands.js';
import { dependentsOf } from '../../src/domain/release/release-order.js';
import {
  releaseRound,
  type ReleasePorts,
} from '../../src/workers/coordinating/release-coordinator.js';
import { howMany } from '../support/how-many.js';
import { aRelease } from '../domain/release/releases.js';
import { type Fate, ReleaseWorld } from './release-world.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f'];
const MOST_STEPS = 120;
const RUNS = howMany({ few: 100, full: 300 });

/** Each service after some of those named before it: any order without a circle, up to names. */
const orders = fc
  .tuple(
    fc.integer({ min: 1, max: NAMES.length }),
    fc.array(fc.nat(63), { minLength: 6, maxLength: 6 }),
  )
  .map(([count, picks]) =>
    Object.fromEntries(
      NAMES.slice(0, count).map((name, at) => [
        name,
        NAMES.slice(0, at).filter((_, bit) => ((picks[at] ?? 0) >> bit) % 2 === 1),
      ]),
    ),
  );

const fate: fc.Arbitrary<Fate> = fc.record({
  plan: fc.oneof(
    { weight: 8, arbitrary: fc.constant('completed' as const) },
    {
      weight: 2,
      arbitrary: fc.constantFrom('refused', 'rolled_back', 'failed', 'failed_back', 'cancelled'),
    },
  ),
  undo: fc.oneof(
    { weight: 6, arbitrary: fc.constant('rolled_back' as const) },
    { weight: 1, arbitrary: fc.constantFrom('refused', 'failed', 'failed_back') },
  ),
  ticks: fc.nat(3),
  draft: fc.boolean(),
});

/** For each round: after which call to the world the worker dies; most live. */
const deaths = fc.infiniteStream(
  fc.oneof({ weight: 2, arbitrary: fc.constant(1_000) }, { weight: 1, arbitrary: fc.nat(12) }),
);

const cases = fc.record({
  order: orders,
  fates: fc.array(fate, { minLength: 6, maxLength: 6 }),
  onFailure: fc.constantFrom('rollback' as const, 'hold' as const),
  cancelAt: fc.option(fc.nat(12), { freq: 3 }),
  deaths,
  scheduler: fc.scheduler(),
});

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** A worker that dies in mid-call: from that call on, none is answered. */
function mortal(ports: ReleasePorts, lives: number, { scheduler }: Case): ReleasePorts {
  let left = lives;
  const wrap = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    const later = scheduler.scheduleFunction(call);
    return async (...args: A): Promise<R> => {
      if (left-- <= 0) throw new Error('the worker is dead');
      return later(...args);
    };
  };
  const { releases, store } = ports;
  return {
    ...ports,
    releases: {
      due: wrap((limit) => releases.due(limit)),
      load: wrap((id) => releases.load(id)),
      save: wrap((before, after, ms) => releases.save(before, after, ms)),
      postpone: wrap((release, ms) => releases.postpone(release, ms)),
    },
    store: { load: wrap((id) => store.load(id)) },
    jobOutcome: wrap(ports.jobOutcome),
    publishReleaseJob: wrap(ports.publishReleaseJob),
  };
}

async function cancel(world: ReleaseWorld): Promise<void> {
  const release = await world.current();
  const answer = cancelRelease(release, 'not today', 'ann');
  if (answer.ok) await world.releases.save(release, answer.value, 0);
}

/** Two workers at once in every step, each of which may die, while the world goes on between their calls. */
async function played(given: Case): Promise<{ world: ReleaseWorld; release: Release }> {
  const { order, fates, onFailure, cancelAt, scheduler } = given;
  const release = aRelease(order, { onFailure });
  const fateOf = new Map(NAMES.map((name, at) => [name, fates[at] as Fate]));
  const world = new ReleaseWorld(release, fateOf);
  await world.releases.create(release);
  const { signal } = new AbortController();
  const round = () =>
    releaseRound(mortal(world.ports(), given.deaths.next().value, given), signal).catch(() => {});
  for (let step = 0; step < MOST_STEPS && !hasEnded(await world.current()); step++) {
    if (step === cancelAt) await cancel(world);
    const tick = scheduler.schedule(Promise.resolve()).then(() => world.tick());
    await scheduler.waitFor(Promise.all([round(), round(), tick]));
  }
  return { world, release: await world.current() };
}

const expectOfEvery = (check: (world: ReleaseWorld, release: Release, given: Case) => void) =>
  fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const { world, release } = await played(given);
      check(world, release, given);
    }),
    { numRuns: RUNS },
  );

describe('a release, whatever its order, its deployments’ fates and the deaths of its workers', () => {
  test('ends, having begun each service once and in order, and taken each back before what it needs', async () => {
    const seen = new Set<string>();
    await expectOfEvery((world, release) => {
      expect(world.violations).toEqual([]);
      expect(hasEnded(release), JSON.stringify(release.state)).toBe(true);
      seen.add(release.state.status);
    });

    expect([...seen].toSorted()).toEqual(['cancelled', 'completed', 'failed', 'rolled_back']);
  });

  test('that nobody calls off is completed exactly when every service is', async () => {
    await expectOfEvery((world, { state, members }, { cancelAt }) => {
      if (cancelAt !== null) return;
      const all = members.every(({ service }) => world.row(service)?.status === 'completed');
      expect(all).toBe(state.status === 'completed');
    });
  });

  test('leaves nothing behind where it is rolled back', async () => {
    await expectOfEvery((world, { state }) => {
      if (state.status !== 'rolled_back') return;
      expect([...world.rows.values()].filter(({ inPlace }) => inPlace)).toEqual([]);
    });
  });

  test('takes back everything that was completed, but what is needed by something that could not go back', async () => {
    await expectOfEvery((world, { state, members, onFailure }) => {
      if (onFailure === 'hold' || state.status === 'completed') return;
      for (const member of members) {
        if (world.row(member.service)?.status !== 'completed') continue;
        const needed = dependentsOf(members, member.service).some(
          ({ service }) => world.row(service)?.inPlace,
        );
        expect(needed || world.fate(member.service).undo === 'refused').toBe(true);
      }
    });
  });

  test('says of every service how it stands', async () => {
    await expectOfEvery((world, { members }) => {
      for (const { service, status, inPlace, reason } of members) {
        const row = world.row(service);
        expect(inPlace, service).toBe(row?.inPlace ?? false);
        if (status === 'completed') expect(row?.status).toBe('completed');
        if (status === 'failed') expect(reason).toBeTruthy();
        if (status === 'skipped') expect(['cancelled', undefined]).toContain(row?.status);
        expect(['pending', 'running']).not.toContain(status);
      }
    });
  });

  test('takes nothing back where it is to be held', async () => {
    await expectOfEvery((world, { onFailure }) => {
      if (onFailure === 'rollback') return;
      for (const { owed } of world.jobs.values()) {
        const row = world.row(owed.member.service);
        const calledOff = owed.member.status === 'running';
        if (owed.kind === 'rollback' && !calledOff) expect(row?.status).not.toBe('completed');
        expect(row?.status).not.toBe('rolling_back');
      }
    });
  });
});
