import { describe, expect, test } from 'vitest';
import { MemoryRouter, type RouterFault } from '../../../src/adapters/memory/memory-router.js';
import { severalPlaces } from '../../../src/adapters/routers/places/several-places.js';
import { ok } from '../../../src/domain/model/result.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { fine } from '../../support/fake-services.js';
import { API, aTarget, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const away: RouterFailure = { code: 'router/unreachable', message: 'no answer', transient: true };
const IDS = ['web-1', 'web-2', 'web-3'];
const CALL = { ...API, targets: IDS.map(aTarget) };
const careful = { targets: IDS, strategy: { kind: 'rolling', maxUnavailable: 1 } } as const;
const bold = { targets: IDS, strategy: { kind: 'rolling', batchSize: 1 } } as const;

/** Version 1.0.0 behind two balancers, each of which can be kept from answering. */
async function behindTwo(fixture: DeploymentFixture = careful) {
  const faults: RouterFault[] = [() => null, () => null];
  const balancers = [0, 1].map(
    (at) => new MemoryRouter({ fault: (...asked) => faults[at]?.(...asked) ?? null }),
  );
  const [one = new MemoryRouter(), two = new MemoryRouter()] = balancers;
  const router = severalPlaces({
    ...{ kind: 'memory', timeoutMs: 1_000, drainMs: 1_000 },
    placesOf: (call) =>
      ok(balancers.map((its, at) => ({ name: `lb-${at + 1}`, router: its, call }))),
  });
  const world = aWorld({ runtime: { router }, fixture });
  const reached: string[] = [];
  world.driver.onApply = async ({ target }) => {
    for (const [at, balancer] of balancers.entries()) {
      const seen = await balancer.copy().look(CALL, new AbortController().signal);
      const its = seen.ok ? seen.value[target.id] : undefined;
      if (its?.inRotation === true && !its.heldOut && its.share > 0) {
        reached.push(`${target.id} through lb-${at + 1}`);
      }
    }
    return fine;
  };
  await world.live('1.0.0');
  reached.length = 0;
  const inForce = async () =>
    Promise.all(
      balancers.map(async (its) => {
        const answer = await its.copy().shares(CALL, new AbortController().signal);
        return answer.ok ? answer.value : {};
      }),
    );
  return { ...world, faults, one, two, inForce, reached };
}
const THIRDS = { 'web-1': 1 / 3, 'web-2': 1 / 3, 'web-3': 1 / 3 };

describe('a service behind two balancers', () => {
  test('is deployed with no target called that either one still sends anything', async () => {
    const world = await behindTwo();

    expect((await world.live('2.0.0')).state.status).toBe('completed');
    expect(world.reached).toEqual([]);
    expect(await world.inForce()).toEqual([THIRDS, THIRDS]);
  });

  test.each([0, 1])('is not touched while number %i is away, and goes on by itself', async (at) => {
    const world = await behindTwo();
    const other = at === 0 ? world.two : world.one;
    const before = other.requests.length;
    world.faults[at] = () => away;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);

    expect((await world.load(id)).progress.hold).toMatchObject({
      kind: 'router',
      reason: `the router cannot be asked: 1 of 2 places of the router can't be asked: lb-${at + 1}: no answer`,
    });
    const asked = other.requests.slice(before).map(({ method }) => method);
    expect(new Set(asked)).toEqual(new Set(['look']));
    world.faults[at] = () => null;
    expect((await world.finish(id)).state.status).toBe('completed');
    expect(world.reached).toEqual([]);
  });

  test.each(['drain', 'ready', 'setShares'] as const)(
    'whose second one goes away in the middle of %s is brought to the same at both afterwards',
    async (method) => {
      const world = await behindTwo({
        ...careful,
        strategy: { kind: 'canary', traffic: true, stages: [{ targets: 50, weight: 10 }, 100] },
      });
      const failed: string[] = [];
      world.faults[1] = (asked) => {
        if (asked.method !== method || failed.length > 0) return null;
        failed.push(method);
        return away;
      };
      const { id } = await world.planned({ version: '2.0.0' });
      expect((await world.finish(id)).state.status).toBe('completed');
      expect(failed).toEqual([method]);
      expect(world.reached).toEqual([]);
      const [one, two] = await world.inForce();
      expect(one).toEqual(two);
    },
  );

  test('of which one forgets what was set and drained is told again before anything is called', async () => {
    const world = await behindTwo();
    world.driver.onApply = async ({ target }) => {
      world.two.forget(API);
      world.reached.push(target.id);
      return fine;
    };
    const ended = await world.live('2.0.0');

    expect(ended.state.status).toBe('completed');
    expect(await world.inForce()).toEqual([THIRDS, THIRDS]);
  });

  test('keeps the maintenance that a person set at one of them, and is drained and put back at the other', async () => {
    const world = await behindTwo(bold);
    world.one.maintain(API, web(2));
    const ended = await world.live('2.0.0');

    expect(ended.state.status).toBe('completed');
    expect(world.reached).toEqual([]);
    const signal = new AbortController().signal;
    expect(await world.one.look(CALL, signal)).toMatchObject({
      value: { 'web-2': { heldOut: true } },
    });
    expect(await world.two.shares(CALL, signal)).toEqual({ ok: true, value: THIRDS });
  });

  test('keeps the drain that a person set at one of them, through a drain of ours', async () => {
    const world = await behindTwo(bold);
    const signal = new AbortController().signal;
    await world.one.drain(CALL, web(2), signal);
    expect((await world.live('2.0.0')).state.status).toBe('completed');
    expect((await world.live('3.0.0')).state.status).toBe('completed');

    expect(world.reached).toEqual([]);
    expect([...world.one.drained(API)]).toEqual(['web-2']);
    expect([...world.two.drained(API)]).toEqual([]);
  });
});
