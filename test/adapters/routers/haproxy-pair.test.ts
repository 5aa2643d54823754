import { afterEach, describe, expect, it, vi } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import { sharesIn } from '../../support/floor-judge.js';
import { withTraffic } from '../../support/haproxy-table.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { haproxyPair } from './haproxy-pair.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;

trafficRouterSuite('a pair of HAProxies', async () => {
  const { web, pair, clients, call, send, load, router, close } = await haproxyPair();
  return {
    router: router(),
    call,
    send,
    load,
    // At the second one: whoever asks the first alone sees nothing of it.
    hold: () => clients[1].hold(web.letGo),
    kill: pair[1].kill,
    close,
  };
});

describe('a pair of HAProxies', () => {
  let the: Awaited<ReturnType<typeof haproxyPair>>;
  afterEach(() => the.close());
  const ONE = { 'web-1': 1 };

  it('are both told, and either one says the same', async () => {
    the = await haproxyPair();
    const done = await the.router().setShares(the.call, { 'web-1': 0.25, 'web-2': 0.75 }, never());
    expect(done).toMatchObject({ ok: true, value: { weights: 'web-1=85 web-2=255', places: 2 } });
    for (const table of the.tables) {
      expect(sharesIn(await table.read())).toEqual({ 'web-1': 25, 'web-2': 75 });
    }
  });

  it.each([0, 1] as const)(
    'are left as they are while number %i is away, whatever is asked, and that one is named',
    async (which) => {
      the = await haproxyPair();
      await the.router().setShares(the.call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
      await the.pair[which].kill();
      const other = the.tables[1 - which] ?? the.tables[0];
      const before = await other.read();
      const router = the.router();
      const answers = [
        await router.setShares(the.call, ONE, never()),
        await router.drain(the.call, WEB_1, never()),
        await router.ready(the.call, WEB_1, never()),
        await router.look(the.call, never()),
      ];
      for (const answer of answers) {
        expect(answer).toMatchObject({
          ok: false,
          error: { code: 'router/unreachable', transient: true },
        });
        expect(answer.ok || answer.error.message).toMatch(/^1 of 2 places/);
        expect(answer.ok || answer.error.message).toContain(the.pair[which].socket);
      }
      expect(sharesIn(await other.read())).toEqual(sharesIn(before));
    },
  );

  describe('of which one has to answer', () => {
    const HALVES = { 'web-1': 0.5, 'web-2': 0.5 };

    it('go on without the one that the call names, in every change, and name it', async () => {
      the = await haproxyPair();
      const { socket } = the.pair[1];
      const router = the.router({ quorum: 1 });
      await the.pair[1].kill();
      const seen = await router.look(the.call, never());
      expect(seen).toMatchObject({ ok: true, value: { 'web-1': { away: [socket] } } });
      const call = { ...the.call, without: [socket] };
      const shown = { ok: true, value: { places: 1, away: socket } };
      expect(await router.setShares(call, HALVES, never())).toMatchObject(shown);
      expect(await router.drain(call, WEB_1, never())).toMatchObject(shown);
      expect(withTraffic(await the.tables[0].read())).toEqual(['web-2']);
      expect(await router.ready(call, WEB_1, never())).toMatchObject(shown);
      expect(sharesIn(await the.tables[0].read())).toEqual({ 'web-1': 50, 'web-2': 50 });
    });

    it('are left as they are while one is away of which the call says nothing', async () => {
      the = await haproxyPair();
      await the.pair[1].kill();
      expect(await the.router({ quorum: 1 }).setShares(the.call, ONE, never())).toMatchObject({
        ok: false,
        error: { code: 'router/unreachable' },
      });
      expect(sharesIn(await the.tables[0].read())).toEqual({
        'web-1': 33,
        'web-2': 33,
        'web-3': 33,
      });
    });

    it('are both told once both are there, also where the call could go on without one', async () => {
      the = await haproxyPair();
      const call = { ...the.call, without: [the.pair[1].socket] };
      await the.router({ quorum: 1 }).setShares(call, HALVES, never());
      for (const table of the.tables) {
        expect(sharesIn(await table.read())).toEqual({ 'web-1': 50, 'web-2': 50 });
      }
    });

    it('say that one is away that stops answering in the middle of a change', async () => {
      the = await haproxyPair();
      const router = the.router({ quorum: 1, timeout: 300, drainTimeout: '20s' });
      await router.setShares(the.call, ONE, never());
      const held = await the.clients[1].hold(the.web.letGo);
      const drained = router.drain(the.call, WEB_1, never());
      await vi.waitFor(async () => {
        expect((await the.tables[1].read())['web-1']?.status).toMatch(/^DRAIN/);
      });
      await the.pair[1].freeze();
      expect(await drained).toMatchObject({ ok: false, error: { code: 'router/unreachable' } });
      the.pair[1].thaw();
      held.letGo();
      await held.ended;
    });

    it('are told one alone where the call is about that one, though the other is away', async () => {
      the = await haproxyPair();
      const router = the.router({ quorum: 1 });
      await the.pair[0].kill();
      await the.pair[1].restart();
      const call = { ...the.call, only: [the.pair[1].socket] };
      expect(await router.setShares(call, HALVES, never())).toMatchObject({ ok: true });
      expect(sharesIn(await the.tables[1].read())).toEqual({ 'web-1': 50, 'web-2': 50 });
      await the.pair[1].kill();
      expect(await router.setShares(call, HALVES, never())).toMatchObject({ ok: false });
    });
  });

  it('are left as they are while one does not answer', async () => {
    the = await haproxyPair();
    await the.pair[1].freeze();
    expect(await the.router({ timeout: 200 }).drain(the.call, WEB_1, never())).toMatchObject({
      ok: false,
      error: { code: 'router/unreachable' },
    });
    the.pair[1].thaw();
    expect(withTraffic(await the.tables[0].read())).toContain('web-1');
  });

  it('are not switched to a target that one of them has out of service', async () => {
    the = await haproxyPair();
    await the.tables[1].say('set server be_api/web-1 state maint');
    const answer = await the.router().setShares(the.call, ONE, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(answer.ok || answer.error.message).toContain(the.pair[1].socket);
    expect(sharesIn(await the.tables[0].read())).toEqual({ 'web-1': 33, 'web-2': 33, 'web-3': 33 });
  });

  it('say what each of them sees, and the worst of it', async () => {
    the = await haproxyPair();
    await the.tables[1].say('set server be_api/web-1 state maint');
    await the.tables[1].say('set server be_api/web-2 weight 0');
    const third = { inRotation: true, share: expect.closeTo(1 / 3, 2), up: true, heldOut: false };
    const [one, two] = the.pair.map(({ socket }) => socket);
    expect(await the.router().look(the.call, never())).toMatchObject({
      ok: true,
      value: {
        'web-1': {
          heldOut: true,
          at: { [one ?? '']: third, [two ?? '']: { share: 0.5, heldOut: true } },
        },
        'web-2': { share: 0, inRotation: true },
        'web-3': third,
      },
    });
    await the.web.fail('web-3');
    await vi.waitFor(async () => {
      const seen = await the.router().look(the.call, never());
      expect(seen).toMatchObject({ ok: true, value: { 'web-3': { up: false } } });
    }, 10_000);
  });

  it('name the one that lacks a server', async () => {
    the = await haproxyPair();
    const stranger = { id: targetId('web-7'), name: '', address: '', metadata: {} };
    const call = { ...the.call, targets: [...the.call.targets, stranger] };
    expect(await the.router().look(call, never())).toMatchObject({
      ok: false,
      error: {
        code: 'router/no_such_target',
        message: `${the.pair[0].socket}: HAProxy has no server be_api/web-7`,
      },
    });
  });

  it('take a target back everywhere but where that is to be left to somebody else', async () => {
    the = await haproxyPair();
    const call = { ...the.call, leave: [the.pair[1].socket] };
    await the.tables[0].say('set server be_api/web-1 state drain');
    await the.tables[1].say('set server be_api/web-1 state drain');
    expect(await the.router().ready(call, WEB_1, never())).toMatchObject({ ok: true });
    expect(withTraffic(await the.tables[0].read())).toContain('web-1');
    expect((await the.tables[1].read())['web-1']?.status).toMatch(/^DRAIN/);
  });

  it('close a target at both, and add up what both have counted', async () => {
    the = await haproxyPair();
    const router = the.router({ persistent: 'end', persistentGrace: '1m' });
    expect(router.persistentGraceMs).toBe(60_000);
    await router.setShares(the.call, { 'web-1': 1 }, never());
    await the.send(5);
    expect(await router.counts?.(the.call, never())).toEqual({
      ok: true,
      value: { 'web-1': 10, 'web-2': 0, 'web-3': 0 },
    });
    const closed = await router.drain(the.call, WEB_1, never(), { close: true });
    expect(closed).toMatchObject({ ok: true, value: { state: 'maint', ended: true } });
    for (const table of the.tables) expect((await table.read())['web-1']?.status).toMatch(/^MAINT/);
    await the.pair[1].kill();
    expect(await router.counts?.(the.call, never())).toMatchObject({ ok: false });
  });
});
