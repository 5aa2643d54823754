import { describe, expect, test } from 'vitest';
import type { CatchUpStore } from '../../src/domain/fleet/catch-up-store.js';
import { ok } from '../../src/domain/model/result.js';
import type { Log } from '../../src/domain/ports/log.js';
import { CatchUp } from '../../src/workers/coordinating/catch-up.js';
import { API } from '../support/fixtures.js';
import { behindTwo, CALL, gone, never, THIRDS } from '../domain/orchestrator/balancer-pair.js';

const silent: Log = { info() {}, warn() {}, error() {} };
const OLD = { 'web-1': 1 };

/** Version 2.0.0 went through the first alone; the second is back with what its file says. */
async function missed() {
  const world = await behindTwo();
  world.faults[1] = () => gone;
  const { id } = await world.live('2.0.0');
  world.faults[1] = () => null;
  await world.two.setShares(CALL, OLD, never());
  const asked = { keeps: 0, ends: 0 };
  const control = { mayKeep: () => true, isBusy: false };
  const catchUps: CatchUpStore = {
    begin: async (ref) =>
      control.isBusy
        ? null
        : { ref, token: 't', deploymentId: id, record: await world.store.service(ref) },
    keep: async () => {
      asked.keeps += 1;
      return control.mayKeep();
    },
    end: async () => void (asked.ends += 1),
  };
  const catchUp = new CatchUp({
    ...{ store: world.store, clock: world.clock, log: silent, worker: 'worker-2', catchUps },
    runtimeOf: () => ok({ driver: world.driver, checker: null, router: world.router }),
    services: async () => [API],
    catchesUp: () => true,
  });
  const told = async () => {
    const events = await world.index.events(id);
    return events.flatMap(({ event }) =>
      event.type === 'deployment.place_caught_up' ? [event] : [],
    );
  };
  return { ...world, id, asked, control, catchUps, round: () => catchUp.round(never()), told };
}

describe('a round of catching up', () => {
  test('brings who was away to what is on record, reads it back, and tells it once', async () => {
    const the = await missed();
    const before = await the.load(the.id);
    await the.round();

    expect(await the.sharesAt(the.two)).toEqual(THIRDS);
    expect(await the.behind()).toEqual([[], [], []]);
    const evidence = expect.objectContaining({ admitted: 0, drained: 0 });
    expect(await the.told()).toEqual([
      { type: 'deployment.place_caught_up', place: 'lb-2', evidence },
    ]);
    expect(await the.load(the.id)).toMatchObject({
      ...{ state: { status: 'completed' }, endedAt: before.endedAt },
    });
    const requests = the.two.requests.length;
    await the.round();
    expect(the.two.requests).toHaveLength(requests);
    expect(await the.told()).toHaveLength(1);
  });

  test('asks before each change, and makes none once somebody else is at the service', async () => {
    const the = await missed();
    the.control.mayKeep = () => false;
    await the.round();

    expect(await the.sharesAt(the.two)).toMatchObject(OLD);
    expect(await the.told()).toEqual([]);
    expect(the.asked).toEqual({ keeps: 1, ends: 1 });
    the.control.isBusy = true;
    await the.round();
    expect(await the.sharesAt(the.two)).toMatchObject(OLD);
  });

  test('leaves one that is still away as missed, and comes again', async () => {
    const the = await missed();
    the.faults[1] = () => gone;
    await the.round();
    expect(await the.behind()).not.toEqual([[], [], []]);
    const { ends } = the.asked;
    await the.round();
    // No deployment has to wait for one that does not answer.
    expect(the.asked.ends).toBe(ends);
    the.faults[1] = () => null;
    await the.round();
    expect(await the.behind()).toEqual([[], [], []]);
  });

  test('tells nothing where it refuses, and comes again after a while', async () => {
    const the = await missed();
    the.faults[1] = ({ method }) =>
      method === 'setShares'
        ? { code: 'router/rejected', message: 'not now', transient: true }
        : null;
    await the.round();
    the.faults[1] = () => null;
    await the.round();
    expect(await the.told()).toEqual([]);
    await the.clock.sleep(10_001, never());
    await the.round();
    expect(await the.told()).toHaveLength(1);
  });

  test('tells nothing on what somebody else has written to meanwhile', async () => {
    const the = await missed();
    let changed = 0;
    the.faults[1] = async ({ method }) => {
      if (method !== 'setShares' || changed > 0) return null;
      changed += 1;
      // Another version goes through the first meanwhile: the turn would have been lost before.
      const { id } = await the.planned({ version: '3.0.0' });
      the.faults[1] = () => gone;
      await the.finish(id);
      the.faults[1] = () => null;
      return null;
    };
    await the.round();
    expect(await the.told()).toEqual([]);
    expect(await the.behind()).not.toEqual([[], [], []]);
  });
});
