import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import { PLAN_STATUSES } from '../../../src/domain/model/deployment/plan-state.js';
import type { DeploymentStore } from '../../../src/domain/ports/deployment-store.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { v, web } from '../../support/fixtures.js';
import { aWorld, LEASE, type World } from './world.js';

class Crash extends Error {}
type Moment = 'before' | 'after';
interface Plan {
  at: number;
  readonly moment: Moment;
  calls: number;
}

/** What a worker asks of its store; the n-th of these is where it dies. */
const ASKED = ['claim', 'load', 'append', 'release', 'renew'] as const;

/** The n-th call throws, before or after it took effect, and so does every one behind it: the worker is dead. */
function crashing(store: DeploymentStore, plan: Plan): DeploymentStore {
  const asked = Object.fromEntries(
    ASKED.map((name) => {
      // Each is called with the arguments of its own kind; only the moment matters here.
      const call = store[name].bind(store) as (...args: unknown[]) => Promise<unknown>;
      const wrapped = async (...args: unknown[]): Promise<unknown> => {
        plan.calls += 1;
        if (plan.calls < plan.at) return call(...args);
        if (plan.calls === plan.at && plan.moment === 'after') await call(...args);
        throw new Crash(`${name}, call ${plan.calls}`);
      };
      return [name, wrapped];
    }),
  );
  return Object.assign(Object.create(store) as DeploymentStore, asked);
}

interface Story {
  readonly ends: string;
  readonly prepare: (world: World) => Promise<void>;
}

const FIXTURE = {
  targets: ['web-1', 'web-2', 'web-3'],
  strategy: { kind: 'rolling', batchSize: 2, delay: 60_000 },
} as const;

const stories: Readonly<Record<string, Story>> = {
  'a deployment in batches, with checks and a wait': {
    ends: 'completed',
    prepare: async (world) => void (await world.live('1.0.0')),
  },
  'a deployment whose last target refuses, and that goes back': {
    ends: 'rolled_back',
    prepare: async (world) => {
      await world.live('1.0.0');
      world.driver.onApply = ({ target, version }) =>
        target.id === 'web-3' && version === '2.0.0' ? broken('no disk') : fine;
    },
  },
  'a deployment with a call that flakes once': {
    ends: 'completed',
    prepare: async (world) => {
      await world.live('1.0.0');
      let flakes = 1;
      world.driver.onApply = ({ target }) =>
        target.id === 'web-2' && flakes-- > 0 ? broken('flaked', true) : fine;
    },
  },
};

/** A world, a crash in it, and everything that happens until the deployment has ended. */
async function lived(story: Story, crash: Plan) {
  const probe = aProbe(async () => saw('healthy'));
  const world = aWorld({ probes: [probe], fixture: FIXTURE });
  await story.prepare(world);
  const before = world.driver.calls.length;
  const { id } = await world.planned({ version: '2.0.0' });
  const repeats: string[] = [];
  watchRepeats(world, id, repeats);

  const died = await oneLife(world, id, crashing(world.truth, crash));
  world.clock.advance(LEASE);
  await oneLife(world, id, world.truth);
  return { world, id, died, repeats, calls: world.driver.calls.slice(before) };
}

/** Notes a call for a target whose record says already that it has what the call would bring. */
function watchRepeats(world: World, id: DeploymentId, repeats: string[]): void {
  const { onApply } = world.driver;
  world.driver.onApply = async (call, signal) => {
    const recorded = (await world.load(id)).targets.get(call.target.id)?.state;
    const done = call.action === 'deploy' ? 'updated' : 'restored';
    if (recorded === done) repeats.push(`${call.action} ${call.target.id}`);
    if (recorded !== 'started' && recorded !== 'restoring') repeats.push(`no intent: ${recorded}`);
    return onApply(call, signal);
  };
}

/** A worker of its own over a store, pass after pass, until nothing is owed or it dies. */
async function oneLife(world: World, id: DeploymentId, store: DeploymentStore): Promise<boolean> {
  const { orchestrator } = aWorld({ ports: { ...world.ports, store } });
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
      if (!(error instanceof Crash)) throw error;
      return true;
    }
  }
}

const cases = Object.entries(stories).flatMap(([name, story]) =>
  (['before', 'after'] as const).map((moment) => ({ name, story, moment })),
);

describe('a worker that dies at any call to its store', () => {
  test.each(cases)(
    '$moment it took effect: $name ends as if nothing was',
    async ({ story, moment }) => {
      let at = 1;
      for (; ; at++) {
        const { world, id, died, repeats, calls } = await lived(story, { at, moment, calls: 0 });
        if (!died) break;
        const where = `call ${at}`;
        const ended = await world.load(id);
        expect(ended.state.status, where).toBe(story.ends);
        expect(repeats, where).toEqual([]);

        const version = story.ends === 'completed' ? '2.0.0' : '1.0.0';
        expect(
          [1, 2, 3].map((n) => world.driver.runs.get(web(n))),
          where,
        ).toEqual(Array.from({ length: 3 }, () => v(version)));
        expect((await world.index.active(ended))?.version, where).toBe(version);
        expect((await world.index.slot(ended)).holder, where).toBeNull();

        const events = await world.index.events(id);
        expect(
          events.map(({ sequence }) => sequence),
          where,
        ).toEqual(events.map((_, n) => n + 1));
        expect(ended.revision, where).toBe(events.length);
        expect(
          calls.every(({ fence }, n) => fence >= (calls[n - 1]?.fence ?? 0)),
          where,
        ).toBe(true);
        await countersAreTrue(world, where);
      }
      // As many places to die at as the life has calls: the loop went through all of them.
      expect(at).toBeGreaterThan(12);
    },
  );
});

/** Counted again from what the events say each deployment came to. */
async function countersAreTrue(world: World, where: string): Promise<void> {
  const { items } = await world.index.history({ limit: 200 });
  const counters: Readonly<Record<string, number>> = await world.index.counters();
  for (const status of PLAN_STATUSES) {
    const recount = items.filter(({ state }) => state.status === status).length;
    expect(counters[status], `${status}, ${where}`).toBe(recount);
  }
}
