import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { never } from './driver-calls.js';
import { LocalService } from './local-service.js';

let service: LocalService;
beforeEach(async () => {
  service = await LocalService.make({
    '1.0.0': 'ok',
    exits: 'exits',
    'never-ready': 'never_ready',
    'fails-for-real': 'fails_for_real',
  });
});
afterEach(() => service.close());

/** What runs before, and a call that is to fail. */
const unsettled = { worker: null, calledAt: null };
const before = async (): Promise<number | undefined> => {
  await service.driver().apply(service.call({ fence: 1 }), never());
  return (await service.answer())?.pid;
};

describe('a version that does not come up', () => {
  it('leaves the old process untouched, and its log says why', async () => {
    const pid = await before();
    const driver = service.driver({ env: { TOKEN: 'env:API_TOKEN' } });
    const answer = await driver.apply(service.call({ version: 'exits', fence: 2 }), never());
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'driver/rejected',
        transient: false,
        message: expect.stringMatching(
          /exits ended before it was ready.*can not find the database/,
        ),
        evidence: { restored: '1.0.0', log: expect.stringContaining('with token ***') },
      },
    });
    expect((await service.answer())?.pid).toBe(pid);
    expect(service.living('exits')).toEqual([]);
  });

  it('is given up when it is not ready in time', async () => {
    const pid = await before();
    const driver = service.driver({ readyTimeout: '500ms' });
    const answer = await driver.apply(service.call({ version: 'never-ready', fence: 2 }), never());
    expect(answer).toMatchObject({ error: { code: 'driver/rejected' } });
    expect(answer).toMatchObject({ error: { message: expect.stringContaining('not ready in') } });
    expect((await service.answer())?.pid).toBe(pid);
    expect(service.living('never-ready')).toEqual([]);
  });

  it.each([true, false])(
    'for real is replaced by what ran before (probation: %s)',
    async (probation) => {
      const pid = await before();
      const call = service.call({ version: 'fails-for-real', fence: 2 });
      const answer = await service.driver({ probation }).apply(call, never());
      expect(answer).toMatchObject({
        error: { code: 'driver/rejected', evidence: { restored: '1.0.0' } },
      });
      const now = await service.answer();
      expect(now).toMatchObject({ version: '1.0.0', env: { SIGNALBOX_VERSION: '1.0.0' } });
      expect(now?.pid).not.toBe(pid);
      expect(service.living('fails-for-real')).toEqual([]);
      expect(service.living('1.0.0')).toHaveLength(2);
    },
  );

  it('as the first one leaves nothing, and says that nothing was restored', async () => {
    const call = service.call({ version: 'exits' });
    const answer = await service.driver({ probation: false }).apply(call, never());
    expect(answer).toMatchObject({ error: { evidence: { restored: null } } });
    expect(service.living('exits')).toEqual([]);
  });

  it('is stopped half-way on request, and what ran before runs again', async () => {
    await before();
    const stop = new AbortController();
    const call = service.call({ version: 'never-ready', fence: 2 });
    const answer = service.driver({ probation: false }).apply(call, stop.signal);
    await vi.waitFor(() => expect(service.living('never-ready')).toHaveLength(2), 10_000);
    stop.abort();
    expect(await answer).toMatchObject({ error: { code: 'driver/aborted' } });
    expect(await service.answer()).toMatchObject({ version: '1.0.0' });
    expect(service.living('never-ready')).toEqual([]);
  });
});

describe('a newer call', () => {
  it('stops an older one that is still at work on the same target', async () => {
    const driver = service.driver();
    const older = driver.apply(service.call({ version: 'never-ready', fence: 2 }), never());
    await vi.waitFor(() => expect(service.living('never-ready')).toHaveLength(2), 10_000);
    const newer = driver.apply(service.call({ version: '1.0.0', fence: 3 }), never());
    expect(await older).toMatchObject({ ok: false });
    expect(await newer).toMatchObject({ ok: true });
    expect(service.living('never-ready')).toEqual([]);
  });

  it('that settles first ends the older one, which can start nothing any more', async () => {
    const driver = service.driver();
    const call = service.call({ version: 'never-ready', fence: 2 });
    const older = driver.apply(call, never());
    await vi.waitFor(() => expect(service.living('never-ready')).toHaveLength(2), 10_000);
    expect(await service.driver().settle({ ...call, ...unsettled }, never())).toBe(0);
    expect(await older).toMatchObject({ ok: false });
    expect(service.living('never-ready')).toEqual([]);
    const late = await driver.apply({ ...call }, never());
    expect(late).toMatchObject({ error: { code: 'driver/fenced' } });
  });
});
