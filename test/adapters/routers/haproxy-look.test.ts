import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import type {
  RouteCall,
  SeenTargets,
  TrafficRouter,
} from '../../../src/domain/ports/traffic-router.js';
import { routerOf, site } from './haproxy-site.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;
const THIRD = { inRotation: true, share: 1 / 3, up: true, heldOut: false };
const HELD_OUT = { ...THIRD, heldOut: true };
const DRAINED = { ...THIRD, inRotation: false };
/** One check decides. */
const QUICK = 'check inter 100 rise 1 fall 1';

async function look(router: TrafficRouter, call: RouteCall): Promise<SeenTargets> {
  const answer = await router.look(call, never());
  expect(answer).toMatchObject({ ok: true });
  return answer.ok ? answer.value : {};
}

describe('what HAProxy says of its servers', () => {
  let the: Awaited<ReturnType<typeof site>>;
  afterEach(() => the.close());
  const seen = (settings: object = {}): Promise<SeenTargets> =>
    look(the.router(settings), the.call);
  const adminState = async (id: string): Promise<string | undefined> => {
    const table = await the.type('show servers state be_api');
    return table
      .split('\n')
      .find((line) => line.split(' ')[3] === id)
      ?.split(' ')[6];
  };

  it('shows the maintenance of a person, which drain and shares leave alone and ready lifts', async () => {
    the = await site();
    await the.type('set server be_api/web-1 state maint');
    expect(await seen()).toEqual({ 'web-1': HELD_OUT, 'web-2': THIRD, 'web-3': THIRD });
    const drained = await the.router().drain(the.call, WEB_1, never());
    expect(drained).toMatchObject({ ok: true, value: { state: 'maint', ended: true } });
    const shares = { 'web-1': 0.5, 'web-2': 0.5 };
    expect(await the.router().setShares(the.call, shares, never())).toMatchObject({ ok: true });
    expect(await seen()).toMatchObject({ 'web-1': { ...HELD_OUT, share: 0.5 } });
    expect(await adminState('web-1')).toBe('1');
    expect(await the.client.send(5)).toEqual({ 'web-2': 5 });
    await the.router().ready(the.call, WEB_1, never());
    expect(await seen()).toMatchObject({ 'web-1': { ...THIRD, share: 0.5 } });
  });

  it('shows maintenance in place of a drain that it followed, since HAProxy keeps one of both', async () => {
    the = await site();
    await the.router().drain(the.call, WEB_1, never());
    expect(await seen()).toMatchObject({ 'web-1': DRAINED });
    await the.type('disable server be_api/web-1');
    expect(await seen()).toMatchObject({ 'web-1': HELD_OUT });
    await the.type('enable server be_api/web-1');
    await vi.waitFor(async () => expect(await seen()).toMatchObject({ 'web-1': THIRD }), 10_000);
  });

  it('shows a server that the configuration disables, or whose name has no address, as held out', async () => {
    the = await site({
      server: (id) => (id === 'web-1' ? 'check inter 100 disabled' : 'check inter 100'),
      extra: ['web-4 no-such-host.invalid:80 check init-addr none'],
    });
    const unnamed = { id: targetId('web-4'), name: '', address: '', metadata: {} };
    const call = { ...the.call, targets: [...the.call.targets, unnamed] };
    const quarter = { share: 0.25, up: true };
    expect(await look(the.router(), call)).toEqual({
      'web-1': { ...HELD_OUT, ...quarter },
      'web-2': { ...THIRD, ...quarter },
      'web-3': { ...THIRD, ...quarter },
      'web-4': { ...HELD_OUT, ...quarter },
    });
    await the.router().ready(the.call, WEB_1, never());
    expect(await seen()).toMatchObject({ 'web-1': THIRD });
  });

  it('takes maintenance for a drain where draining is done by maintenance', async () => {
    the = await site();
    const drainState = 'maint';
    await the.router({ drainState }).drain(the.call, WEB_1, never());
    expect(await seen({ drainState })).toEqual({
      'web-1': DRAINED,
      'web-2': THIRD,
      'web-3': THIRD,
    });
    expect(await seen()).toMatchObject({ 'web-1': HELD_OUT });
    await the.router({ drainState }).ready(the.call, WEB_1, never());
    expect(await seen({ drainState })).toMatchObject({ 'web-1': THIRD });
  });

  it('shows a server whose process is dead as down, and in rotation with its share', async () => {
    the = await site({ server: () => QUICK });
    await the.web.fail('web-1');
    const dead = { ...THIRD, up: false };
    await vi.waitFor(async () => expect(await seen()).toMatchObject({ 'web-1': dead }), 10_000);
    expect(await seen()).toMatchObject({ 'web-2': THIRD, 'web-3': THIRD });
    await the.router().drain(the.call, WEB_1, never());
    expect(await seen()).toMatchObject({ 'web-1': { ...DRAINED, up: false } });
    await the.web.recover('web-1');
    await vi.waitFor(async () => expect(await seen()).toMatchObject({ 'web-1': DRAINED }), 10_000);
  });

  it('takes every server for up that it does not check', async () => {
    the = await site({ server: () => '' });
    await the.web.fail('web-1');
    expect(await seen()).toEqual({ 'web-1': THIRD, 'web-2': THIRD, 'web-3': THIRD });
  });

  it('takes one that warms up for up, since it gets traffic', async () => {
    the = await site({ server: () => `${QUICK} slowstart 60s` });
    await the.router().setShares(the.call, { 'web-1': 1 }, never());
    await the.web.fail('web-1');
    await vi.waitFor(async () => expect((await seen())['web-1']?.up).toBe(false), 10_000);
    await the.web.recover('web-1');
    await vi.waitFor(async () => expect((await seen())['web-1']?.up).toBe(true), 10_000);
    const table = await the.type('show servers state be_api');
    expect(table).toMatch(/ web-1 \S+ 1 0 /);
    expect(await the.client.send(5)).toEqual({ 'web-1': 5 });
  });

  it('shows what an agent of the server itself asks for', async () => {
    let word = 'ready';
    const agent = createServer((socket) => {
      socket.on('error', () => {});
      socket.end(`${word}\n`);
    });
    agent.listen(0, '127.0.0.1');
    await once(agent, 'listening');
    const { port } = agent.address() as AddressInfo;
    the = await site({
      server: (id) =>
        id === 'web-1' ? `${QUICK} agent-check agent-port ${port} agent-inter 100` : QUICK,
    });
    const shows = async (expected: object) =>
      vi.waitFor(async () => expect(await seen()).toMatchObject({ 'web-1': expected }), 10_000);
    word = 'drain';
    await shows(DRAINED);
    word = 'maint';
    await shows(HELD_OUT);
    word = 'ready up';
    await shows(THIRD);
    word = 'down';
    await shows({ ...THIRD, up: false });
    agent.close();
  });

  it('tells what its own file gives each server, whatever was set since, where it is not the same', async () => {
    const weights = new Map([
      ['web-1', 200],
      ['web-2', 50],
    ]);
    the = await site({ server: (id) => `check inter 100 weight ${weights.get(id) ?? 0}` });
    const sizes = { 'web-1': { capacity: 200 }, 'web-2': { capacity: 50 } };
    expect(await seen()).toMatchObject({ ...sizes, 'web-3': { capacity: 0 } });
    const even = { 'web-1': 0.5, 'web-2': 0.5 };
    expect(await the.router().setShares(the.call, even, never())).toMatchObject({ ok: true });
    expect(await seen()).toMatchObject(sizes);
  });

  it('tells shares by the weights of the targets alone, and none where all are 0', async () => {
    the = await site({ extra: ['old 127.0.0.1:9 weight 5'] });
    expect(await seen()).toEqual({ 'web-1': THIRD, 'web-2': THIRD, 'web-3': THIRD });
    for (const id of ['web-1', 'web-2', 'web-3']) {
      await the.type(`set server be_api/${id} weight 0`);
    }
    expect(await seen()).toMatchObject({ 'web-1': { ...THIRD, share: 0 } });
  });

  it('is a failure that may pass while HAProxy or its socket is away', async () => {
    the = await site();
    await the.haproxy.kill();
    const away = { ok: false, error: { code: 'router/unreachable', transient: true } };
    for (const socket of [the.haproxy.socket, the.haproxy.socketAddress]) {
      expect(await routerOf({ socket }).look(the.call, never())).toMatchObject(away);
    }
    await rm(the.haproxy.socket);
    expect(await the.router().look(the.call, never())).toMatchObject(away);
  });

  it('is a failure that may pass while HAProxy does not answer, and stops when it is told to', async () => {
    the = await site();
    await the.haproxy.freeze();
    expect(await the.router({ timeout: 200 }).look(the.call, never())).toMatchObject({
      ok: false,
      error: { code: 'router/timeout', transient: true },
    });
    const stop = new AbortController();
    const stopped = the.router({ timeout: '60s' }).look(the.call, stop.signal);
    setImmediate(() => stop.abort());
    expect(await stopped).toMatchObject({ ok: false, error: { code: 'router/aborted' } });
    the.haproxy.thaw();
  });

  it('names a target that the backend does not have', async () => {
    the = await site();
    const stranger = { id: targetId('web-7'), name: '', address: '', metadata: {} };
    const call = { ...the.call, targets: [...the.call.targets, stranger] };
    expect(await the.router().look(call, never())).toMatchObject({
      ok: false,
      error: { code: 'router/no_such_target', message: 'HAProxy has no server be_api/web-7' },
    });
  });
});
