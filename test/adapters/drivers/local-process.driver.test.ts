import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { targetId } from '../../../src/domain/model/ids.js';
import { never } from './driver-calls.js';
import { openSite, type ServiceSite } from './service-site.js';

let site: ServiceSite;
beforeEach(async () => {
  site = await openSite();
  site.release('1.0.0');
  site.release('2.0.0');
});
afterEach(() => site.close());

describe('what a service sees', () => {
  it('is its port, its host, its version, the call and the configured values, and no secret', async () => {
    const settings = {
      env: {
        STARTS: `${site.folder}/starts`,
        TOKEN: 'env:DEPLOY_TOKEN',
        SIGNALBOX_FENCE: '99',
      },
    };
    const environment = { DEPLOY_TOKEN: 's3cret', REDIS_URL: 'redis://:pw@h', HOME: '/root' };
    await site.driver(settings, environment).apply(site.call({ fence: 7 }), never());
    const seen = (await site.answer())?.environment;
    expect(seen).toMatchObject({
      PORT: String(site.port),
      HOST: '127.0.0.1',
      VERSION: '1.0.0',
      TOKEN: 's3cret',
      HOME: '/root',
      SIGNALBOX_FENCE: '7',
      SIGNALBOX_TARGET_ID: 'web-1',
      SIGNALBOX_TARGET_ADDRESS: `127.0.0.1:${site.port}`,
    });
    expect(seen).not.toHaveProperty('REDIS_URL');
    expect(seen).not.toHaveProperty('DEPLOY_TOKEN');
  });

  it('is refused when a value that it needs is not set where the worker runs', async () => {
    const settings = { env: { TOKEN: 'env:NOT_SET' } };
    const answer = await site.driver(settings).apply(site.call(), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/misconfigured' } });
    expect(answer.ok ? '' : answer.error.message).toContain('NOT_SET');
  });
});

describe('a call that asks for what is there', () => {
  it('is answered without a restart when it is the same call again', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const before = await site.answer();
    const again = await site.driver().apply(site.call({ fence: 2 }), never());
    expect(again).toMatchObject({
      ok: true,
      value: { alreadyRunning: true, pid: before?.pid, port: site.port },
    });
    expect((await site.answer())?.pid).toBe(before?.pid);
  });

  it('is answered without a restart when a rollback finds the wanted version running', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const pid = (await site.answer())?.pid;
    const rollback = site.call({ action: 'rollback', deploymentId: 'dep_other00000', fence: 2 });
    expect(await site.driver().apply(rollback, never())).toMatchObject({
      ok: true,
      value: { alreadyRunning: true, pid },
    });
    expect((await site.answer())?.pid).toBe(pid);
  });

  it('starts it anew when it has ended by itself', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const pid = (await site.answer())?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    await vi.waitFor(async () => expect(await site.answer()).toBeNull());
    const again = await site.driver().apply(site.call({ fence: 2 }), never());
    expect(again).toMatchObject({ ok: true, value: { alreadyRunning: false } });
    expect((await site.answer())?.pid).not.toBe(pid);
  });
});

describe('a version that does not come up', () => {
  beforeEach(async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
  });

  it('leaves the old one untouched when it crashes on probation, and is quoted', async () => {
    site.release('3.0.0', 'crashing');
    const pid = (await site.answer())?.pid;
    const startedAt = performance.now();
    const answer = await site.driver().apply(site.call({ version: '3.0.0', fence: 2 }), never());
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/rejected' } });
    expect(answer.ok ? '' : answer.error.message).toContain('this release lacks a file');
    expect((await site.answer())?.pid).toBe(pid);
  });

  it('leaves the old one untouched when it never gets ready, and is ended', async () => {
    site.release('3.0.0', 'neverReady');
    const pid = (await site.answer())?.pid ?? 0;
    const driver = site.driver({ readyTimeout: '1s' });
    const answer = await driver.apply(site.call({ version: '3.0.0', fence: 2 }), never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'driver/rejected' } });
    expect(site.living()).toEqual([pid]);
  });

  it('makes room for the old one again when it fails on the real port only', async () => {
    site.release('3.0.0', 'crashingOnTheRealPort');
    const answer = await site.driver().apply(site.call({ version: '3.0.0', fence: 2 }), never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'driver/rejected', evidence: { restored: '1.0.0' } },
    });
    expect(answer.ok ? '' : answer.error.message).toContain('no luck here');
    expect(await site.runs()).toBe('1.0.0');
    expect(site.living()).toHaveLength(1);
  });

  it('does the same without probation', async () => {
    site.release('3.0.0', 'crashing');
    const driver = site.driver({ probation: false });
    const answer = await driver.apply(site.call({ version: '3.0.0', fence: 2 }), never());
    expect(answer).toMatchObject({ ok: false, error: { evidence: { restored: '1.0.0' } } });
    expect(await site.runs()).toBe('1.0.0');
  });

  it('gives its place back when it is stopped on the real port', async () => {
    site.release('3.0.0', 'neverReady');
    const stop = new AbortController();
    const driver = site.driver({ probation: false });
    const answer = driver.apply(site.call({ version: '3.0.0', fence: 2 }), stop.signal);
    await vi.waitFor(async () => expect(await site.runs()).toBe('3.0.0'), 15_000);
    stop.abort();
    expect(await answer).toMatchObject({ ok: false, error: { code: 'driver/aborted' } });
    expect(await site.runs()).toBe('1.0.0');
    expect(site.living()).toHaveLength(1);
  });
});

describe('stopping', () => {
  it('kills a service that ignores SIGTERM after its grace', async () => {
    site.release('3.0.0', 'ignoringSigterm');
    const driver = site.driver({ stopGrace: '200ms' });
    await driver.apply(site.call({ version: '3.0.0', fence: 1 }), never());
    const answer = await driver.apply(site.call({ version: '2.0.0', fence: 2 }), never());
    expect(answer).toMatchObject({ ok: true });
    expect(await site.runs()).toBe('2.0.0');
    expect(site.living()).toHaveLength(1);
  });

  it('leaves nothing running when no version is asked for, and can do it twice', async () => {
    const driver = site.driver();
    await driver.apply(site.call({ fence: 1 }), never());
    for (const fence of [2, 3]) {
      const nothing = { ...site.call({ fence }), version: null };
      expect(await driver.apply(nothing, never())).toMatchObject({ ok: true });
      expect(site.living()).toEqual([]);
    }
  });
});

describe('two calls on one target at a time', () => {
  it('do not get in each other’s way: the newer one wins', async () => {
    const driver = site.driver();
    const older = driver.apply(site.call({ version: '1.0.0', fence: 1 }), never());
    const newer = driver.apply(site.call({ version: '2.0.0', fence: 2 }), never());
    expect(await newer).toMatchObject({ ok: true });
    await older;
    expect(await site.runs()).toBe('2.0.0');
    expect(site.living()).toHaveLength(1);
  });

  it('run side by side when the targets differ', async () => {
    const driver = site.driver();
    const other = await openSite();
    try {
      const { target } = other.call();
      const second = { ...site.call(), target: { ...target, id: targetId('web-2') } };
      const answers = await Promise.all([
        driver.apply(site.call(), never()),
        driver.apply(second, never()),
      ]);
      expect(answers.map(({ ok }) => ok)).toEqual([true, true]);
      expect([await site.runs(), await other.runs()]).toEqual(['1.0.0', '1.0.0']);
    } finally {
      await other.close();
    }
  });
});
