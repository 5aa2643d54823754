import { describe, expect, it } from 'vitest';
import { FunctionRouter } from '../../../src/adapters/functions/function-router.js';
import { switchRouter } from '../../../src/adapters/functions/switch-router.js';
import { targetId, version } from '../../../src/domain/model/ids.js';
import type { TrafficShares } from '../../../src/domain/model/traffic-shares.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { call, memorySite } from '../routers/memory-site.js';

const never = (): AbortSignal => new AbortController().signal;
const [WEB_1, WEB_2] = [targetId('web-1'), targetId('web-2')];

trafficRouterSuite(
  'a function',
  async () => {
    let down = false;
    const site = memorySite(
      () =>
        new FunctionRouter(() => {
          if (down) throw Object.assign(new Error('it is down'), { transient: true });
        }),
    );
    return { ...site, kill: async () => void (down = true) };
  },
  { seesRequests: false },
);

describe('a router function', () => {
  const heard = (answers: (shares: TrafficShares) => boolean | void = () => {}) => {
    const told: TrafficShares[] = [];
    const router = new FunctionRouter((shares) => {
      told.push(shares);
      return answers(shares);
    });
    return { router, told };
  };

  it('is told the shares that are in force, a drained target with none, and nothing twice', async () => {
    const { router, told } = heard();
    await router.setShares(call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    await router.setShares(call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    await router.drain(call, WEB_1, never());
    await router.ready(call, WEB_1, never());
    expect(told).toEqual([
      { 'web-1': 0.5, 'web-2': 0.5, 'web-3': 0 },
      { 'web-1': 0, 'web-2': 1, 'web-3': 0 },
      { 'web-1': 0.5, 'web-2': 0.5, 'web-3': 0 },
    ]);
  });

  it('changes nothing where it answers false or throws, and says which of the two', async () => {
    const no = heard((shares) => (shares['web-1'] === 1 ? false : undefined));
    expect(await no.router.setShares(call, { 'web-1': 1 }, never())).toMatchObject({
      error: {
        ...{ code: 'router/rejected', transient: false },
        message: 'the router function answered false',
      },
    });
    const thrown = heard(() => {
      throw new Error('no such pool');
    });
    expect(await thrown.router.drain(call, WEB_1, never())).toMatchObject({
      error: { code: 'router/rejected', message: 'the router function failed: no such pool' },
    });
    for (const { router } of [no, thrown]) {
      expect(await router.look(call, never())).toMatchObject({
        value: { 'web-1': { inRotation: true, share: 1 / 3 } },
      });
    }
  });

  it('is told of one change after the other, each made of the one before', async () => {
    const { router, told } = heard();
    await Promise.all([router.drain(call, WEB_1, never()), router.drain(call, WEB_2, never())]);
    expect(told.at(-1)).toEqual({ 'web-1': 0, 'web-2': 0, 'web-3': 1 });
    expect(told).toHaveLength(2);
  });

  it('gives nothing to targets that are new, until they get a share', async () => {
    const { router, told } = heard();
    await router.setShares(call, { 'web-1': 1 }, never());
    const [, web2, web3] = call.targets;
    const renamed = { ...call, targets: [web2, web3].flatMap((target) => target ?? []) };
    await router.drain(renamed, WEB_2, never());
    expect(told).toEqual([{ 'web-1': 1, 'web-2': 0, 'web-3': 0 }]);
    await router.setShares(renamed, { 'web-3': 1 }, never());
    expect(told.at(-1)).toEqual({ 'web-2': 0, 'web-3': 1 });
  });

  it('is given up on when it takes longer than its time limit', async () => {
    const router = new FunctionRouter(() => new Promise(() => {}), { timeoutMs: 20 });
    expect(await router.drain(call, WEB_1, never())).toMatchObject({
      error: { code: 'router/timeout', message: 'the router function took longer than 20 ms' },
    });
  });
});

describe('a router function of which there was no answer', () => {
  it('is told where the traffic is to be, also where that is what it was', async () => {
    const told: TrafficShares[] = [];
    const router = new FunctionRouter((shares) => {
      told.push(shares);
      if (shares['web-2'] === 1) throw new Error('the line is cut');
    });
    await router.setShares(call, { 'web-1': 1 }, never());
    await router.setShares(call, { 'web-2': 1 }, never());
    await router.setShares(call, { 'web-1': 1 }, never());
    expect(told.map((shares) => shares['web-1'])).toEqual([1, 0, 1]);
  });
});

describe('a switch function', () => {
  const runs = new Map([
    ['web-1', version('1.0.0')],
    ['web-2', version('2.0.0')],
    ['web-3', version('2.0.0')],
  ]);
  const site = (answer: (to: string) => boolean | void = () => {}) => {
    const switched: string[] = [];
    const router = switchRouter(
      (to) => {
        switched.push(to);
        return answer(to);
      },
      (_, id) => runs.get(id) ?? null,
    );
    const set = (shares: TrafficShares) => router.setShares(call, shares, never());
    return { switched, set };
  };

  it('is told the version that gets all the traffic, and only when it is another one', async () => {
    const { switched, set } = site();
    await set({ 'web-1': 1 });
    await set({ 'web-2': 1 });
    await set({ 'web-2': 0.5, 'web-3': 0.5 });
    await set({ 'web-1': 1 });
    expect(switched).toEqual(['1.0.0', '2.0.0', '1.0.0']);
  });

  it('is not asked as long as targets of several versions have a share', async () => {
    const { switched, set } = site();
    await set({ 'web-1': 1 });
    await set({ 'web-1': 0.5, 'web-2': 0.5 });
    expect(switched).toEqual(['1.0.0']);
  });

  it('that throws may have switched all the same: it is asked to switch back', async () => {
    const { switched, set } = site((to) => {
      if (to === '2.0.0') throw new Error('the line is cut');
    });
    await set({ 'web-1': 1 });
    await set({ 'web-2': 1 });
    await set({ 'web-1': 1 });
    expect(switched).toEqual(['1.0.0', '2.0.0', '1.0.0']);
  });

  it('that refuses leaves the traffic where it was, and is asked again the next time', async () => {
    let willing = false;
    const { switched, set } = site((to) => to === '1.0.0' || willing);
    await set({ 'web-1': 1 });
    expect(await set({ 'web-2': 1 })).toMatchObject({
      error: { message: 'the switch function answered false' },
    });
    expect(await set({ 'web-1': 1 })).toMatchObject({ ok: true });
    willing = true;
    expect(await set({ 'web-2': 1 })).toMatchObject({ ok: true });
    expect(switched).toEqual(['1.0.0', '2.0.0', '2.0.0']);
  });
});
