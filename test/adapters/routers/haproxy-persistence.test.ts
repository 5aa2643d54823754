import { afterEach, describe, expect, it } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import { site } from './haproxy-site.js';

const [WEB_1, WEB_2] = [targetId('web-1'), targetId('web-2')];
const never = (): AbortSignal => new AbortController().signal;

/** How HAProxy keeps a client on its server, and how that client tells who it is. */
const KEPT = {
  'a cookie': {
    settings: ['cookie SRV insert indirect nocache'],
    server: (id: string) => `check inter 100 cookie ${id}`,
    headers: { cookie: 'SRV=web-1' },
  },
  'a stick table': {
    settings: ['stick-table type string len 32 size 1k', 'stick on hdr(x-client)'],
    server: () => 'check inter 100',
    headers: { 'x-client': 'ann' },
  },
};

let the: Awaited<ReturnType<typeof site>>;
afterEach(() => the.close());

describe.each(Object.entries(KEPT))('a client that HAProxy keeps by %s', (_, kept) => {
  const begun = async () => {
    the = await site(kept);
    const router = the.router({ persistent: 'end', persistentGrace: '5s', drainTimeout: 200 });
    await router.setShares(the.call, { 'web-1': 1 }, never());
    const ask = () => the.client.ask('/', kept.headers);
    expect(await ask()).toBe('web-1');
    await router.setShares(the.call, { 'web-2': 1 }, never());
    return { router, ask };
  };

  it('stays where it is when all traffic is switched, and when its server is drained', async () => {
    const { router, ask } = await begun();
    expect(await ask()).toBe('web-1');
    expect(await the.client.send(5)).toEqual({ 'web-2': 5 });
    await router.drain(the.call, WEB_1, never());
    expect(await ask()).toBe('web-1');
  });

  it('goes to the new server once its own is closed, with no request failed; and a request that is held there ends', async () => {
    const { router, ask } = await begun();
    const held = the.client.ask('/hold', kept.headers);
    await expect.poll(() => the.type('show stat be_api 4 -1')).toMatch(/be_api,web-1,0,0,1,/);
    const closed = await router.drain(the.call, WEB_1, never(), { close: true });
    expect(closed).toMatchObject({
      ok: true,
      value: { state: 'maint', ended: false, left: 1, of: 'requests' },
    });
    for (let asked = 0; asked < 10; asked += 1) expect(await ask()).toBe('web-2');
    the.web.letGo();
    expect(await held).toBe('web-1.');
    const seen = await router.look(the.call, never());
    expect(seen).toMatchObject({ ok: true, value: { 'web-1': { heldOut: true, share: 0 } } });
  });

  it('may come back once the server is ready and has traffic again', async () => {
    const { router } = await begun();
    await router.drain(the.call, WEB_1, never(), { close: true });
    expect(await router.ready(the.call, WEB_1, never())).toMatchObject({ ok: true });
    await router.drain(the.call, WEB_2, never(), { close: true });
    await router.setShares(the.call, { 'web-1': 1 }, never());
    expect(await the.client.send(5)).toEqual({ 'web-1': 5 });
  });

  it('is closed also where a drain that does not end in time fails', async () => {
    const { ask } = await begun();
    const strict = the.router({ drainTimeout: 100, drainTimeoutIs: 'fail' });
    const held = the.client.ask('/hold', kept.headers);
    await expect.poll(() => the.type('show stat be_api 4 -1')).toMatch(/be_api,web-1,0,0,1,/);
    expect(await strict.drain(the.call, WEB_1, never(), { close: true })).toMatchObject({
      ok: true,
      value: { ended: false },
    });
    expect(await ask()).toBe('web-2');
    the.web.letGo();
    await held;
  });
});

it('a router says how many requests HAProxy has given to each server, checks not among them', async () => {
  the = await site();
  const router = the.router();
  await router.setShares(the.call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
  const before = await router.counts?.(the.call, never());
  expect(before).toEqual({ ok: true, value: { 'web-1': 0, 'web-2': 0, 'web-3': 0 } });
  await the.client.send(10);
  const after = await router.counts?.(the.call, never());
  expect(after).toEqual({ ok: true, value: { 'web-1': 5, 'web-2': 5, 'web-3': 0 } });
  await the.haproxy.kill();
  expect(await router.counts?.(the.call, never())).toMatchObject({ ok: false });
});

it('a router says how long it lets them after a switch, and nothing where it lets them for ever', async () => {
  the = await site();
  expect(the.router().persistentGraceMs).toBeUndefined();
  expect(the.router({ persistent: 'end' }).persistentGraceMs).toBe(300_000);
  expect(the.router({ persistent: 'end', persistentGrace: 0 }).persistentGraceMs).toBe(0);
});
