import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DrainCount } from '../../../src/domain/model/target.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { routerOf, site } from './haproxy-site.js';

const [WEB_1, WEB_2] = [targetId('web-1'), targetId('web-2')];
const never = (): AbortSignal => new AbortController().signal;

const fixture = async (way: 'socket' | 'socketAddress') => {
  const { web, haproxy, client, call, close } = await site();
  return {
    router: routerOf({ socket: haproxy[way] }),
    call,
    send: client.send,
    load: client.load,
    hold: () => client.hold(web.letGo),
    kill: haproxy.kill,
    close,
  };
};
trafficRouterSuite('HAProxy', () => fixture('socket'));

describe('HAProxy', () => {
  let the: Awaited<ReturnType<typeof site>>;
  afterEach(() => the.close());

  it('is reached by the address of its stats socket as well', async () => {
    the = await site();
    const router = routerOf({ socket: the.haproxy.socketAddress });
    expect(await router.setShares(the.call, { 'web-3': 1 }, never())).toMatchObject({ ok: true });
    expect(await the.client.send(5)).toEqual({ 'web-3': 5 });
  });

  it('moves 10 of 100 requests exactly, with the largest weight scaled up', async () => {
    the = await site();
    const shares = { 'web-1': 0.1, 'web-2': 0.9 };
    expect(await the.router().setShares(the.call, shares, never())).toEqual({
      ok: true,
      value: {
        shares: 'web-1=0.1 web-2=0.9',
        weights: 'web-1=28 web-2=252',
        largestDeviation: 0,
        notServing: null,
      },
    });
  });

  it('names a server that the backend does not have, and a backend that there is not', async () => {
    the = await site();
    const stranger = { id: targetId('web-7'), name: '', address: '', metadata: {} };
    const call = { ...the.call, targets: [...the.call.targets, stranger] };
    const answer = await the.router().setShares(call, { 'web-7': 1 }, never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'router/no_such_target', message: 'HAProxy has no server be_api/web-7' },
    });
    const elsewhere = await the.router({ backend: 'be_{service}_x' }).shares(the.call, never());
    expect(elsewhere).toMatchObject({ ok: false, error: { transient: false } });
    expect(elsewhere.ok || elsewhere.error.message).toContain("Can't find backend");
  });

  it('keeps no shares beside a server that is no target, unless that one gets nothing', async () => {
    the = await site({ extra: ['old 127.0.0.1:9 weight 5', 'spare 127.0.0.1:9 backup'] });
    const answer = await the.router().setShares(the.call, { 'web-1': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(answer.ok || answer.error.message).toContain('server old');
    const seen = await the.router().shares(the.call, never());
    expect(seen).toMatchObject({ ok: true, value: { 'web-1': 0.125 } });
  });

  it('does not let a name from a template become a command of its own', async () => {
    the = await site();
    const [first] = the.call.targets;
    if (!first) throw new Error('no target');
    const metadata = { pool: 'web-1 weight 0; disable server be_api' };
    const call = { ...the.call, targets: [{ ...first, metadata }] };
    const router = the.router({ server: '{target.metadata.pool}' });
    const answer = await router.drain(call, WEB_1, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(await the.client.send(3)).toEqual({ 'web-1': 1, 'web-2': 1, 'web-3': 1 });
  });

  it('goes on after the drain timeout and says so, or fails where that is asked for', async () => {
    the = await site();
    const router = the.router({ drainTimeout: 150 });
    await router.setShares(the.call, { 'web-1': 1 }, never());
    const held = await the.client.hold(the.web.letGo);
    const told: DrainCount[] = [];
    const tell = (count: DrainCount) => told.push(count);
    const drained = await router.drain(the.call, WEB_1, never(), { tell });
    const left = { left: 1, of: 'requests' } as const;
    expect(drained).toMatchObject({ ok: true, value: { ended: false, ...left } });
    expect(told).toContainEqual(left);
    const strict = the.router({ drainTimeout: 150, drainTimeoutIs: 'fail' });
    expect(await strict.drain(the.call, WEB_1, never())).toMatchObject({
      ok: false,
      error: { code: 'router/timeout', transient: true },
    });
    held.letGo();
    expect(await held.ended).toBe(true);
  });

  it('says of a target that stays down why it is not ready, and finds it up later', async () => {
    the = await site({ server: () => 'check inter 200 rise 1 fall 1' });
    await the.web.fail('web-1');
    const router = the.router({ readyTimeout: 500 });
    await vi.waitFor(async () => {
      const answer = await router.ready(the.call, WEB_1, never());
      expect(answer).toMatchObject({ ok: false, error: { code: 'router/timeout' } });
      expect(answer.ok || answer.error.message).toMatch(/be_api\/web-1 .*DOWN, L4CON/);
    });
    await the.web.recover('web-1');
    const patient = the.router({ readyTimeout: '20s' });
    expect(await patient.ready(the.call, WEB_1, never())).toMatchObject({
      ok: true,
      value: { server: 'be_api/web-1', state: 'ready' },
    });
  });

  it('does not take the traffic from the rest for a server that is not up', async () => {
    the = await site({ server: () => 'check inter 200 rise 1 fall 1' });
    const router = the.router({ timeout: 500, readyTimeout: 100 });
    await router.setShares(the.call, { 'web-2': 1 }, never());
    await the.web.fail('web-1');
    const ready = () => router.ready(the.call, WEB_1, never());
    await vi.waitFor(async () => expect(await ready()).toMatchObject({ ok: false }), 10_000);
    const answer = await router.setShares(the.call, { 'web-1': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/timeout', transient: true } });
    expect(answer.ok || answer.error.message).toContain('is up: web-1 (DOWN, L4CON');
    expect(await the.client.send(5)).toEqual({ 'web-2': 5 });
    const both = await router.setShares(the.call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    expect(both.ok && both.value['notServing']).toMatch(/^web-1 \(DOWN, L4CON/);
  });

  it('waits for the first good check of a backend that has just started', async () => {
    the = await site({ server: () => 'check inter 300 rise 2 fall 1 init-addr none' });
    const answer = await the.router().setShares(the.call, { 'web-3': 1 }, never());
    expect(answer).toMatchObject({ ok: true, value: { notServing: null } });
    expect(await the.client.send(5)).toEqual({ 'web-3': 5 });
  });

  it('lets persistent clients through while draining, unless maintenance is asked for', async () => {
    the = await site({
      server: (id) => `check inter 100 cookie ${id}`,
      settings: ['cookie SRV insert indirect', 'option redispatch'],
    });
    const persistent = () => the.client.ask('/', { cookie: 'SRV=web-1' });
    await the.router().setShares(the.call, { 'web-2': 1 }, never());
    expect(await persistent()).toBe('web-1');
    await the.router().drain(the.call, WEB_1, never());
    expect(await persistent()).toBe('web-1');
    await the.router({ drainState: 'maint' }).drain(the.call, WEB_1, never());
    expect(await persistent()).toBe('web-2');
  });

  it('says that a socket without the level for it is refused', async () => {
    the = await site({ level: 'user' });
    const answer = await the.router().drain(the.call, WEB_2, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(answer.ok || answer.error.message).toContain('Permission denied');
  });

  it('gives up on one that does not answer, and at once when it is stopped', async () => {
    the = await site();
    await the.haproxy.freeze();
    const slow = await the.router({ timeout: 200 }).shares(the.call, never());
    expect(slow).toMatchObject({ ok: false, error: { code: 'router/timeout', transient: true } });
    const stop = new AbortController();
    const stopped = the.router({ timeout: '60s' }).shares(the.call, stop.signal);
    setImmediate(() => stop.abort());
    expect(await stopped).toMatchObject({ ok: false, error: { code: 'router/aborted' } });
    the.haproxy.thaw();
  });
});
