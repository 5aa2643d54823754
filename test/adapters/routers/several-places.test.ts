import { describe, expect, it } from 'vitest';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { joinedEvidence } from '../../../src/adapters/routers/places/joined-evidence.js';
import { severalPlaces } from '../../../src/adapters/routers/places/several-places.js';
import { targetId } from '../../../src/domain/model/ids.js';
import type { TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { ok } from '../../../src/domain/model/result.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { call, memorySite } from './memory-site.js';

const [WEB_1, WEB_2] = [targetId('web-1'), targetId('web-2')];
const never = (): AbortSignal => new AbortController().signal;

const pairOf = (routers: readonly TrafficRouter[]): TrafficRouter =>
  severalPlaces({
    ...{ kind: 'memory', timeoutMs: 1_000, drainMs: 1_000 },
    placesOf: (its) =>
      ok(routers.map((router, at) => ({ name: `lb-${at + 1}`, router, call: its }))),
  });

trafficRouterSuite('two places in memory', async () =>
  memorySite((options) => pairOf([new MemoryRouter(options), new MemoryRouter(options)])),
);

describe('several places', () => {
  const pair = () => {
    const [one, two] = [new MemoryRouter(), new MemoryRouter()];
    return { one, two, router: pairOf([one, two]) };
  };

  it('wait for the drain of all, and show the worst of what each shows', async () => {
    let letGo = (): void => {};
    const idle = new Promise<void>((resolve) => (letGo = resolve));
    const router = pairOf([new MemoryRouter(), new MemoryRouter({ whenIdle: () => idle })]);
    let settled = false;
    const drained = router.drain(call, WEB_1, never()).finally(() => (settled = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(settled).toBe(false);
    letGo();
    expect(await drained).toEqual({
      ok: true,
      value: { server: 'web-1', state: 'drained', ended: true, places: 2 },
    });
  });

  it('do not agree on whether a target is up where one alone sees it', async () => {
    const { two, router } = pair();
    two.die(call, WEB_1);
    expect(await router.look(call, never())).toMatchObject({
      value: { 'web-1': { up: null, inRotation: true }, 'web-2': { up: true } },
    });
    two.revive(call, WEB_1);
  });

  it('tell what the first of them has in its own configuration of how much a target can carry', async () => {
    const capacities = { 'web-1': 200, 'web-2': 50, 'web-3': 50 };
    const router = pairOf([new MemoryRouter(), new MemoryRouter({ capacities })]);
    expect(await router.look(call, never())).toMatchObject({
      value: { 'web-1': { capacity: 200 }, 'web-2': { capacity: 50 } },
    });
  });

  it('come to the same again by the same call, whatever they were left with', async () => {
    const { one, two, router } = pair();
    await one.setShares(call, { 'web-1': 1 }, never());
    await two.drain(call, WEB_2, never());
    const shares = { 'web-1': 0.5, 'web-2': 0.5 };
    expect(await router.setShares(call, shares, never())).toMatchObject({ ok: true });
    expect(await router.ready(call, WEB_2, never())).toMatchObject({ ok: true });
    expect(await one.look(call, never())).toEqual(await two.look(call, never()));
  });

  it('lift maintenance where all of them have it', async () => {
    const { one, two, router } = pair();
    one.maintain(call, WEB_1);
    two.maintain(call, WEB_1);
    expect(await router.ready(call, WEB_1, never())).toMatchObject({ ok: true });
    expect(await router.look(call, never())).toMatchObject({
      value: { 'web-1': { heldOut: false } },
    });
  });

  it('show numbers that are counts added up, others at their worst, and what differs of each', () => {
    expect(
      joinedEvidence([
        { left: 1, waitedMs: 40, ended: false, file: '/a', seen: true, weights: 'a=1' },
        { left: 2, waitedMs: 90, ended: true, file: '/b', seen: null, weights: 'a=1' },
      ]),
    ).toEqual({
      ...{ left: 3, waitedMs: 90, ended: false, file: '/a; /b', seen: null, weights: 'a=1' },
    });
    expect(joinedEvidence([{ notServing: null }, { notServing: null }])).toEqual({
      notServing: null,
    });
  });
});
