import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { type DeploymentId, targetId } from '../../../src/domain/model/ids.js';
import type { ServiceRuntime } from '../../../src/domain/orchestrator/orchestrator-ports.js';
import { ok } from '../../../src/domain/model/result.js';
import { broken, fine } from '../../support/fake-services.js';
import { API, type DeploymentFixture } from '../../support/fixtures.js';
import { MarkingDriver } from '../../support/marking-driver.js';
import { Death, type Fate, immortal, mortalRuntime, mortalStore } from '../../support/mortal.js';
import { someOf } from '../../support/some-of.js';
import { aWorld, LEASE, type World } from './world.js';

const targets = ['web-1', 'web-2', 'web-3', 'web-4'] as const;
const never = new AbortController().signal;

interface Story {
  readonly fixture: DeploymentFixture;
  readonly ends: 'completed' | 'rolled_back';
  readonly runs: readonly (string | null)[];
  readonly shares: readonly number[];
  readonly percent: number | null;
  /** Those that are closed to all clients in the end. */
  readonly closed?: readonly string[];
  /** Those that the configuration names when it is deployed; all, if not given. */
  readonly configured?: readonly string[];
}

const stories: Readonly<Record<string, Story>> = {
  'one target after another, drained before and admitted after': {
    fixture: { strategy: { kind: 'rolling', maxUnavailable: 1 } },
    ends: 'completed',
    runs: ['2.0.0', '2.0.0', '2.0.0', '2.0.0'],
    shares: [0.25, 0.25, 0.25, 0.25],
    percent: null,
  },
  'a canary by weight': {
    fixture: {
      strategy: { kind: 'canary', traffic: true, stages: [{ weight: 50, wait: 10 }, 100] },
    },
    ends: 'completed',
    runs: ['2.0.0', '2.0.0', '2.0.0', '2.0.0'],
    shares: [0.25, 0.25, 0.25, 0.25],
    percent: null,
  },
  'a canary by weight whose last target refuses': {
    fixture: {
      strategy: { kind: 'canary', traffic: true, stages: [50, 100], maxUnavailable: 1 },
      policy: { retries: 0 },
    },
    ends: 'rolled_back',
    runs: ['1.0.0', '1.0.0', '1.0.0', '1.0.0'],
    shares: [0.25, 0.25, 0.25, 0.25],
    percent: null,
  },
  'a switch of colours that retires the old one': {
    fixture: {
      coloured: true,
      strategy: { kind: 'blue_green', retire: 'remove', retireDelay: 10 },
    },
    ends: 'completed',
    runs: [null, '2.0.0', null, '2.0.0'],
    shares: [0, 0.5, 0, 0.5],
    percent: null,
  },
  'a switch of colours after which the old one is closed to all': {
    fixture: { coloured: true, strategy: { kind: 'blue_green' }, persistentGraceMs: 10 },
    ends: 'completed',
    closed: ['web-1', 'web-3'],
    runs: ['1.0.0', '2.0.0', '1.0.0', '2.0.0'],
    shares: [0, 0.5, 0, 0.5],
    percent: null,
  },
  'a target that left the configuration': {
    fixture: { strategy: { kind: 'rolling', maxUnavailable: 1 } },
    configured: ['web-1', 'web-2', 'web-3'],
    ends: 'completed',
    runs: ['2.0.0', '2.0.0', '2.0.0', null],
    shares: [1 / 3, 1 / 3, 1 / 3],
    percent: null,
  },
  'a feature flag': {
    fixture: { strategy: { kind: 'feature_flag', stages: [10, 100], batchSize: 2 } },
    ends: 'completed',
    runs: ['2.0.0', '2.0.0', '2.0.0', '2.0.0'],
    shares: [0.25, 0.25, 0.25, 0.25],
    percent: 100,
  },
};

/** A world, a death in it, and everything that happens until the deployment has ended. */
async function lived(story: Story, fate: Fate, sees: boolean) {
  const router = new MemoryRouter();
  const flags = new MemoryFlagStore();
  const driver = new MarkingDriver();
  const fixture = { targets, ...story.fixture };
  const world = aWorld({ runtime: { router, flags }, driver, fixture });
  driver.removes = true;
  if (!sees) driver.onObserve = () => null;
  const first = story.fixture.coloured ? ({ kind: 'blue_green' } as const) : undefined;
  await world.live('1.0.0', { strategy: first ?? { kind: 'rolling' }, policy: {} });
  const refuses = story.ends === 'rolled_back';
  driver.onApply = ({ target, version }) =>
    refuses && target.id === 'web-4' && version === '2.0.0' ? broken('no disk') : fine;
  const configured = story.configured && { targets: story.configured, configured: true };
  const { id, plan } = await world.planned({ version: '2.0.0', removes: true, ...configured });
  const runtime = { driver, checker: null, router, flags };
  const died = await oneLife(world, id, runtime, fate);
  world.clock.advance(LEASE);
  await oneLife(world, id, runtime, immortal());
  const shares = await router.shares({ ...API, targets: plan.targets }, never);
  const effects = driver.effects.filter((effect) => effect.endsWith(id));
  return { world, id, died, router, flags, effects, shares: shares.ok ? shares.value : {} };
}

/** A worker of its own, pass after pass, until nothing is owed or it dies. */
async function oneLife(
  world: World,
  id: DeploymentId,
  runtime: ServiceRuntime,
  fate: Fate,
): Promise<boolean> {
  const { orchestrator } = aWorld({
    ports: {
      ...world.ports,
      store: mortalStore(world.truth, fate),
      runtimeOf: () => ok(mortalRuntime(runtime, fate)),
    },
  });
  for (;;) {
    const { status } = (await world.load(id)).state;
    const kind =
      status === 'verifying' ? 'verify' : status === 'rolling_back' ? 'rollback' : 'execute';
    try {
      const ending = await orchestrator.advance(kind, id);
      if (ending.kind === 'settled' && (await world.load(id)).endedAt !== null) return false;
      const until = ending.kind === 'wait_until' ? ending.until : world.clock.now() + LEASE;
      await world.clock.sleep(until - world.clock.now());
    } catch (error) {
      if (!(error instanceof Death)) throw error;
      return true;
    }
  }
}

const cases = Object.entries(stories).flatMap(([name, story]) =>
  (['before', 'after'] as const).flatMap((moment) => [
    { name, story, moment, sees: true, what: 'targets that show what they took' },
    { name, story, moment, sees: false, what: 'targets that show nothing' },
  ]),
);

describe('a worker that dies at any call to anything outside it', () => {
  test.each(someOf(cases, 4, Date.now()))(
    '$moment it took effect, $what: $name ends as if nothing was',
    async (given) => {
      const { story, moment, sees } = given;
      let at = 1;
      for (; ; at++) {
        const fate = { at, moment, calls: 0 };
        const { world, id, died, router, flags, effects, shares } = await lived(story, fate, sees);
        if (!died) break;
        const where = `call ${at}`;
        expect((await world.load(id)).state.status, where).toBe(story.ends);
        expect(
          targets.map((target) => world.driver.runs.get(target)),
          where,
        ).toEqual(story.runs);
        // What may be repeated are the effects whose report died with the worker; none where they show.
        const { largestBatch } = (await world.load(id)).plan.forecast;
        const repeated = effects.length - new Set(effects).size;
        expect(repeated, where).toBeLessThanOrEqual(sees ? 0 : largestBatch);
        targets.forEach((target, n) => {
          if (story.configured?.includes(target) === false) return;
          expect(shares[target], where).toBeCloseTo(story.shares[n] ?? -1, 6);
        });
        const out = targets.filter(
          (one, n) => story.runs[n] === null || story.closed?.includes(one) === true,
        );
        expect([...router.drained(API)].toSorted(), where).toEqual(out);
        const known = await world.index.targetStatuses(API);
        for (const target of targets) {
          if (story.configured?.includes(target) === false) {
            const gone = { version: [null], inRotation: [false], by: null, call: null };
            expect(known.get(targetId(target)), where).toMatchObject(gone);
            continue;
          }
          const drained = router.drained(API).has(targetId(target));
          const runs = world.driver.runs.get(target) ?? null;
          const sure = { version: [runs], inRotation: [!drained], call: null };
          expect(known.get(targetId(target)), where).toMatchObject(sure);
        }
        const flag = await flags.read('ff_api_2.0.0', never);
        expect(flag.ok && (flag.value?.percent ?? null), where).toBe(story.percent);
        const events = await world.index.events(id);
        expect(
          events.map(({ sequence }) => sequence),
          where,
        ).toEqual(events.map((_, n) => n + 1));
        expect((await world.index.slot(API)).holder, where).toBeNull();
      }
      expect(at).toBeGreaterThan(20);
    },
    60_000,
  );
});
