import { describe, expect, it } from 'vitest';
import {
  MemoryRouter,
  type MemoryRouterOptions,
} from '../../../src/adapters/memory/memory-router.js';
import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall } from '../../../src/domain/ports/traffic-router.js';
import type { HeldRequest, TrafficRouterFixture } from '../../suites/traffic-router.fixture.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;
const call: RouteCall = {
  service: serviceName('api'),
  environment: environmentName('production'),
  targets: ['web-1', 'web-2', 'web-3'].map((id) => ({
    id: targetId(id),
    name: id,
    address: `${id}:80`,
    metadata: {},
  })),
};

/** Gives out requests by what the router says, always to whoever is furthest behind its share. */
function memoryFixture(): TrafficRouterFixture {
  let down = false;
  const held = new Map<string, Promise<boolean>>();
  const router = new MemoryRouter({
    fault: () =>
      down ? { code: 'router/unreachable', message: 'it is down', transient: true } : null,
    whenIdle: async (target) => void (await held.get(target)),
  });
  const counts: Record<string, number> = {};
  const next = async (given: Record<string, number>): Promise<string> => {
    const answer = await router.shares(call, never());
    const shares = Object.entries(answer.ok ? answer.value : {}).filter(([, share]) => share > 0);
    const behind = ([id, share]: [string, number]): number => (given[id] ?? 0) / share;
    return shares.toSorted((a, b) => behind(a) - behind(b))[0]?.[0] ?? 'failed';
  };
  const send = async (count: number): Promise<Record<string, number>> => {
    const given: Record<string, number> = {};
    for (let sent = 0; sent < count; sent += 1) {
      const id = await next(given);
      given[id] = (given[id] ?? 0) + 1;
    }
    return given;
  };
  return {
    router,
    call,
    send,
    load: () => {
      const report = { sent: 0, failed: 0 };
      const over = new AbortController();
      const line = (async () => {
        while (!over.signal.aborted) {
          if ((await next(counts)) === 'failed') report.failed += 1;
          report.sent += 1;
          await new Promise((resolve) => setImmediate(resolve));
        }
      })();
      return {
        report: () => report,
        stop: async () => {
          over.abort();
          await line;
          return report;
        },
      };
    },
    hold: async (): Promise<HeldRequest> => {
      const target = await next({});
      let letGo = (): void => {};
      const ended = new Promise<boolean>((resolve) => (letGo = () => resolve(true)));
      held.set(target, ended);
      return { target, letGo, ended };
    },
    kill: async () => void (down = true),
    close: async () => {},
  };
}

trafficRouterSuite('the router in memory', async () => memoryFixture());

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
