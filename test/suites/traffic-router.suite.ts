import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DrainCount } from '../../src/domain/model/target.js';
import { targetId } from '../../src/domain/model/ids.js';
import type { RouterFailure } from '../../src/domain/ports/traffic-router.js';
import type { Result } from '../../src/domain/model/result.js';
import type { TrafficRouterFixture } from './traffic-router.fixture.js';
import { looking } from './traffic-router.looking.js';
import type { TrafficShares } from '../../src/domain/model/traffic-shares.js';

const never = (): AbortSignal => new AbortController().signal;
const [WEB_1, WEB_2, WEB_9] = [targetId('web-1'), targetId('web-2'), targetId('web-9')];
const TENTH = { 'web-1': 0.1, 'web-2': 0.9 };
const HALVES = { 'web-1': 0.5, 'web-2': 0.5 };

interface SuiteOptions {
  /** Whether the router sees the requests that a drained target still has. */
  readonly seesRequests?: boolean;
}

/** What every router promises, whatever it routes with. */
export function trafficRouterSuite(
  name: string,
  makeFixture: () => Promise<TrafficRouterFixture>,
  { seesRequests = true }: SuiteOptions = {},
): void {
  describe(`${name} as a traffic router`, () => {
    let fixture: TrafficRouterFixture;
    beforeEach(async () => {
      fixture = await makeFixture();
    });
    afterEach(() => fixture.close());

    sharing(() => fixture);
    draining(() => fixture, seesRequests);
    looking(() => fixture);
    failing(() => fixture, seesRequests);
  });
}

type The = () => TrafficRouterFixture;

const set = (the: The, shares: TrafficShares) =>
  the().router.setShares(the().call, shares, never());

async function inForce(the: The): Promise<TrafficShares> {
  const answer = await the().router.shares(the().call, never());
  return answer.ok ? answer.value : {};
}

function sharing(the: The): void {
  it('gives each target the share of the requests that was asked for', async () => {
    expect(await set(the, TENTH)).toMatchObject({ ok: true });
    const counts = await the().send(1_000);
    expect(counts['failed'] ?? 0).toBe(0);
    expect(counts['web-3'] ?? 0).toBe(0);
    expect(Math.abs((counts['web-1'] ?? 0) - 100)).toBeLessThanOrEqual(5);
  });

  it('reads back what is in force, of every target, and shows small, flat evidence', async () => {
    const answer = await set(the, { 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.5 });
    const shares = await inForce(the);
    expect(Object.keys(shares)).toEqual(['web-1', 'web-2', 'web-3']);
    expect(shares['web-1']).toBeCloseTo(0.25, 2);
    expect(shares['web-3']).toBeCloseTo(0.5, 2);
    const evidence = Object.values(answer.ok ? answer.value : {});
    expect(evidence).not.toHaveLength(0);
    expect(evidence.every((value) => value === null || typeof value !== 'object')).toBe(true);
  });

  it('keeps a share that is smaller than its smallest weight above nothing', async () => {
    expect(await set(the, { 'web-1': 0.00001, 'web-2': 0.99999 })).toMatchObject({ ok: true });
    const shares = await inForce(the);
    expect(shares['web-1']).toBeGreaterThan(0);
    expect(shares['web-1']).toBeLessThan(0.01);
  });

  it('comes to the same when the same is asked for again', async () => {
    await set(the, TENTH);
    const once = await inForce(the);
    expect(await set(the, TENTH)).toMatchObject({ ok: true });
    expect(await inForce(the)).toEqual(once);
  });

  it('loses no request while shares change under load, nor on the way to one target', async () => {
    await set(the, { 'web-1': 1 });
    const load = the().load();
    for (const share of [0.1, 0.5, 1, 0.25, 0, 1]) {
      const before = load.report().sent;
      expect(await set(the, { 'web-1': 1 - share, 'web-2': share })).toMatchObject({ ok: true });
      await vi.waitFor(() => expect(load.report().sent).toBeGreaterThan(before + 20), 20_000);
    }
    const { sent, failed } = await load.stop();
    expect(failed).toBe(0);
    expect(sent).toBeGreaterThan(100);
    expect(await the().send(20)).toEqual({ 'web-2': 20 });
  });

  it.each<[string, TrafficShares, string]>([
    ['a target that is none of the service', { 'web-9': 1 }, 'web-9'],
    ['shares that leave some traffic without a target', { 'web-1': 0.5 }, '0.5'],
    ['shares that leave the service without any', {}, 'add up to 0'],
    ['a share below 0', { 'web-1': -0.1, 'web-2': 1.1 }, 'web-1'],
    ['a share that is no number', { 'web-1': Number.NaN, 'web-2': 1 }, 'web-1'],
  ])('rejects %s, naming it, and changes nothing', async (_, shares, names) => {
    await set(the, TENTH);
    const before = await inForce(the);
    const error = errorOf(await set(the, shares));
    expect(error).toMatchObject({ code: 'router/rejected', transient: false });
    expect(error?.message).toContain(names);
    expect(await inForce(the)).toEqual(before);
  });
}

function draining(the: The, seesRequests: boolean): void {
  it('sends a drained target nothing new and gives its share to the others', async () => {
    expect(await set(the, HALVES)).toMatchObject({ ok: true });
    const drained = await the().router.drain(the().call, WEB_1, never());
    expect(drained).toMatchObject({ ok: true, value: { ended: seesRequests || null } });
    expect(await inForce(the)).toEqual({ 'web-1': 0, 'web-2': 1, 'web-3': 0 });
    expect(await the().send(30)).toEqual({ 'web-2': 30 });
  });

  it.runIf(seesRequests)(
    'lets the requests at a drained target end well, and waits for them',
    async () => {
      await set(the, { 'web-1': 1 });
      const held = await the().hold();
      expect(held.target).toBe('web-1');
      await set(the, { 'web-2': 1 });
      let settled = false;
      const told: DrainCount[] = [];
      const drained = the()
        .router.drain(the().call, WEB_1, never(), { tell: (count) => told.push(count) })
        .finally(() => (settled = true));
      await vi.waitFor(async () => expect(await the().send(10)).toEqual({ 'web-2': 10 }), 10_000);
      const one = { left: 1, of: expect.any(String) };
      await vi.waitFor(() => expect(told).toContainEqual(one), 10_000);
      expect(settled).toBe(false);
      held.letGo();
      expect(await drained).toMatchObject({ ok: true, value: { ended: true } });
      expect(await held.ended).toBe(true);
    },
  );

  it('takes a target back under the share it had, or was given meanwhile', async () => {
    await set(the, HALVES);
    await the().router.drain(the().call, WEB_1, never());
    expect(await the().router.ready(the().call, WEB_1, never())).toMatchObject({ ok: true });
    expect(await inForce(the)).toEqual({ ...HALVES, 'web-3': 0 });
    await the().router.drain(the().call, WEB_2, never());
    expect(await set(the, { 'web-2': 0.5, 'web-3': 0.5 })).toMatchObject({ ok: true });
    expect(await inForce(the)).toEqual({ 'web-1': 0, 'web-2': 0, 'web-3': 1 });
    await the().router.ready(the().call, WEB_2, never());
    expect(await the().send(10)).toEqual({ 'web-2': 5, 'web-3': 5 });
  });

  it('rejects shares that only drained targets would get, and changes nothing', async () => {
    await set(the, HALVES);
    await the().router.drain(the().call, WEB_1, never());
    const error = errorOf(await set(the, { 'web-1': 1 }));
    expect(error).toMatchObject({ code: 'router/rejected' });
    expect(error?.message).toContain('web-1');
    expect(await the().send(10)).toEqual({ 'web-2': 10 });
  });

  it('drains and takes back several side by side, twice as well as once', async () => {
    await set(the, { 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.5 });
    const both = async (method: 'drain' | 'ready') => {
      const ids = [WEB_1, WEB_2, WEB_1, WEB_2];
      const calls = ids.map((id) => the().router[method](the().call, id, never()));
      for (const answer of await Promise.all(calls)) expect(answer).toMatchObject({ ok: true });
    };
    await both('drain');
    expect(await inForce(the)).toEqual({ 'web-1': 0, 'web-2': 0, 'web-3': 1 });
    await both('ready');
    expect(await inForce(the)).toEqual({ 'web-1': 0.25, 'web-2': 0.25, 'web-3': 0.5 });
  });

  it('rejects a target that is none of the service, naming it', async () => {
    for (const method of ['drain', 'ready'] as const) {
      const error = errorOf(await the().router[method](the().call, WEB_9, never()));
      expect(error).toMatchObject({ code: 'router/rejected', transient: false });
      expect(error?.message).toContain('web-9');
    }
  });
}

function failing(the: The, seesRequests: boolean): void {
  it('answers a failure that may pass when the router is down', async () => {
    await set(the, HALVES);
    await the().kill();
    const { router, call } = the();
    const answers = [
      await router.setShares(call, TENTH, never()),
      await router.drain(call, WEB_1, never()),
      await router.ready(call, WEB_1, never()),
    ];
    for (const answer of answers) {
      const error = errorOf(answer);
      expect(error).toMatchObject({ code: 'router/unreachable', transient: true });
      expect(error?.message).toMatch(/\S/);
      expect(error?.message).not.toContain('\n');
    }
  });

  it('changes nothing when it is stopped before it begins', async () => {
    await set(the, HALVES);
    const { router, call } = the();
    const stopped = AbortSignal.abort();
    const answers = [
      await router.setShares(call, TENTH, stopped),
      await router.drain(call, WEB_1, stopped),
      await router.ready(call, WEB_1, stopped),
      await router.shares(call, stopped),
      await router.look(call, stopped),
    ];
    for (const answer of answers) expect(errorOf(answer)?.code).toBe('router/aborted');
    expect(await inForce(the)).toEqual({ ...HALVES, 'web-3': 0 });
  });

  it.runIf(seesRequests)('gives up waiting for a drained target when it is stopped', async () => {
    await set(the, { 'web-1': 1 });
    const held = await the().hold();
    const stop = new AbortController();
    const drained = the().router.drain(the().call, WEB_1, stop.signal);
    await vi.waitFor(async () => expect((await inForce(the))['web-1']).toBe(0), 10_000);
    stop.abort();
    expect(errorOf(await drained)?.code).toBe('router/aborted');
    held.letGo();
    expect(await held.ended).toBe(true);
  });
}

const errorOf = (answer: Result<unknown, RouterFailure>): RouterFailure | null =>
  answer.ok ? null : answer.error;
