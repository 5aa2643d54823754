import { describe, expect, it } from 'vitest';
import {
  MemoryRouter,
  type MemoryRouterOptions,
} from '../../../src/adapters/memory/memory-router.js';
import { environmentName, targetId } from '../../../src/domain/model/ids.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { call, memorySite } from './memory-site.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;
trafficRouterSuite('the router in memory', async () => memorySite());

describe('the router in memory', () => {
  const made = (options: MemoryRouterOptions = {}): MemoryRouter => new MemoryRouter(options);
  const seen = async (router: MemoryRouter) => {
    const answer = await router.look(call, never());
    return answer.ok ? answer.value : {};
  };

  it('gives all targets the same until shares are set', async () => {
    const answer = await made().shares(call, never());
    expect(Object.values(answer.ok ? answer.value : {})).toEqual([1 / 3, 1 / 3, 1 / 3]);
  });

  it('begins, and begins anew, with what its own configuration gives each', async () => {
    const router = made({ capacities: { 'web-1': 200, 'web-2': 50, 'web-3': 0 } });
    const own = { 'web-1': { share: 0.8, capacity: 200 }, 'web-2': { share: 0.2, capacity: 50 } };
    expect(await seen(router)).toMatchObject({ ...own, 'web-3': { share: 0, capacity: 0 } });
    await router.setShares(call, { 'web-3': 1 }, never());
    expect(await seen(router.copy())).toMatchObject({ 'web-3': { share: 1, capacity: 0 } });
    router.forget(call);
    expect(await seen(router)).toMatchObject(own);
  });

  it('keeps services apart', async () => {
    const router = made();
    const other = { ...call, environment: environmentName('staging') };
    await router.setShares(call, { 'web-1': 1 }, never());
    await router.drain(call, targetId('web-2'), never());
    await router.setShares(other, { 'web-2': 1 }, never());
    expect(await router.shares(other, never())).toMatchObject({ value: { 'web-2': 1 } });
    expect(await router.shares(call, never())).toMatchObject({ value: { 'web-1': 1 } });
    expect([...router.drained(call)]).toEqual(['web-2']);
    expect([...router.drained(other)]).toEqual([]);
  });

  it('keeps maintenance of a person through drain and shares, and lifts it with ready', async () => {
    const router = made();
    router.maintain(call, WEB_1);
    const heldOut = { inRotation: true, share: 1 / 3, up: true, heldOut: true };
    expect(await seen(router)).toMatchObject({ 'web-1': heldOut });
    expect(await router.shares(call, never())).toMatchObject({
      value: { 'web-1': 0, 'web-2': 0.5, 'web-3': 0.5 },
    });
    const refused = await router.setShares(call, { 'web-1': 1 }, never());
    expect(refused).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    await router.setShares(call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    await router.drain(call, WEB_1, never());
    const drained = { inRotation: false, share: 0.5, heldOut: true };
    expect(await seen(router)).toMatchObject({ 'web-1': drained });
    await router.ready(call, WEB_1, never());
    const ready = { inRotation: true, share: 0.5, up: true, heldOut: false };
    expect(await seen(router)).toMatchObject({ 'web-1': ready });
    router.maintain(call, WEB_1);
    router.unmaintain(call, WEB_1);
    expect(await seen(router)).toMatchObject({ 'web-1': ready });
  });

  it('can have one state a target, so that maintenance takes the place of a drain', async () => {
    const router = made({ oneState: true });
    await router.drain(call, WEB_1, never());
    router.maintain(call, WEB_1);
    expect(await seen(router)).toMatchObject({ 'web-1': { inRotation: true, heldOut: true } });
    await router.drain(call, WEB_1, never());
    expect(await seen(router)).toMatchObject({ 'web-1': { inRotation: true, heldOut: true } });
    router.unmaintain(call, WEB_1);
    expect(await router.shares(call, never())).toMatchObject({ value: { 'web-1': 1 / 3 } });
  });

  it('gives a dead target nothing, keeps its share, and does not see it ready', async () => {
    const router = made();
    await router.setShares(call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    router.die(call, WEB_1);
    expect(await seen(router)).toMatchObject({
      'web-1': { inRotation: true, share: 0.5, up: false },
    });
    expect(await router.shares(call, never())).toMatchObject({ value: { 'web-1': 0, 'web-2': 1 } });
    const passing = { ok: false, error: { code: 'router/timeout', transient: true } };
    expect(await router.ready(call, WEB_1, never())).toMatchObject(passing);
    expect(await router.setShares(call, { 'web-1': 1 }, never())).toMatchObject(passing);
    router.revive(call, WEB_1);
    expect(await router.ready(call, WEB_1, never())).toMatchObject({ ok: true });
    expect(await router.shares(call, never())).toMatchObject({ value: { 'web-1': 0.5 } });
  });

  it('forgets what was set, and not who is dead', async () => {
    const router = made();
    await router.setShares(call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    await router.drain(call, WEB_1, never());
    router.maintain(call, targetId('web-2'));
    router.die(call, targetId('web-3'));
    router.forget(call);
    const fresh = { inRotation: true, share: 1 / 3, up: true, heldOut: false };
    expect(await seen(router)).toEqual({
      'web-1': fresh,
      'web-2': fresh,
      'web-3': { ...fresh, up: false },
    });
  });

  it('remembers each call, and answers a fault in place of it', async () => {
    const fault = { code: 'router/timeout', message: 'too slow', transient: true } as const;
    const router = made({ fault: ({ method }) => (method === 'drain' ? fault : null) });
    await router.setShares(call, { 'web-1': 1 }, never());
    const drained = await router.drain(call, targetId('web-1'), never());
    expect(drained).toEqual({ ok: false, error: fault });
    expect([...router.drained(call)]).toEqual([]);
    expect(router.requests).toEqual([
      { method: 'setShares', service: 'production/api', target: null, shares: { 'web-1': 1 } },
      { method: 'drain', service: 'production/api', target: 'web-1', shares: null },
    ]);
  });

  it('can be stopped while it hangs', async () => {
    const router = made({ fault: () => new Promise(() => {}) });
    const stop = new AbortController();
    const answer = router.ready(call, targetId('web-1'), stop.signal);
    stop.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'router/aborted' } });
  });
});
