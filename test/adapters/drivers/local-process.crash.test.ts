import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../support/program.js';
import type { driverCall } from './driver-calls.js';
import { never } from './driver-calls.js';
import { openSite, type ServiceSite } from './service-site.js';

const DOOMED = program(new URL('doomed-process-worker.ts', import.meta.url));
type CallText = NonNullable<Parameters<typeof driverCall>[0]>;

let site: ServiceSite;
let worker: ChildProcess | null = null;
beforeEach(async () => {
  site = await openSite();
  site.release('1.0.0');
  site.release('2.0.0', 'readyWhenTold');
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  worker = null;
  await site.close();
});

function startWorker(text: CallText, settings: Record<string, unknown> = {}): ChildProcess {
  const spec = JSON.stringify(site.spec(settings));
  const call = JSON.stringify({ target: { address: `127.0.0.1:${site.port}` }, ...text });
  worker = spawn(process.execPath, [DOOMED, spec, call], { stdio: 'inherit' });
  return worker;
}

/** Lets a worker make a call and kills it as soon as so many processes were started. */
async function killAfterStarts(
  count: number,
  text: CallText,
  settings?: Record<string, unknown>,
): Promise<void> {
  const doomed = startWorker(text, settings);
  const exit = once(doomed, 'exit');
  await vi.waitFor(() => expect(site.starts()).toHaveLength(count), {
    timeout: 20_000,
    interval: 5,
  });
  doomed.kill('SIGKILL');
  await exit;
}
const unsettled = (text: CallText) => ({ ...site.call(text), worker: 'doomed', calledAt: 1 });

describe('a service', () => {
  it('survives its worker and is recognised by the next one', async () => {
    const doomed = startWorker({ version: '1.0.0', fence: 1 });
    if (doomed.exitCode === null) await once(doomed, 'exit');
    const answer = await site.answer();
    expect(answer?.version).toBe('1.0.0');
    expect(await site.driver().apply(site.call({ fence: 2 }), never())).toMatchObject({
      ok: true,
      value: { alreadyRunning: true, pid: answer?.pid },
    });
    expect(await site.driver().settle(unsettled({ fence: 2 }), never())).toBe(0);
    expect((await site.answer())?.pid).toBe(answer?.pid);
  });

  it('refuses an older fence also through a driver that never saw the newer one', async () => {
    await site.driver().apply(site.call({ fence: 5 }), never());
    site.getReady();
    const stale = site.call({ version: '2.0.0', fence: 4 });
    expect(await site.driver().apply(stale, never())).toMatchObject({
      ok: false,
      error: { code: 'driver/fenced' },
    });
    expect(await site.runs()).toBe('1.0.0');
  });
});

describe('after a kill -9 of the worker', () => {
  it('whoever settles ends a version that was on probation, and the old one goes on', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const pid = (await site.answer())?.pid;
    const before = site.starts().length;
    await killAfterStarts(before + 1, { version: '2.0.0', fence: 2 });
    expect(await site.driver().settle(unsettled({ version: '2.0.0', fence: 2 }), never())).toBe(0);
    expect(site.living()).toEqual([pid]);
    expect(await site.runs()).toBe('1.0.0');
  });

  it('the next call ends what was left, also without settling', async () => {
    await killAfterStarts(1, { version: '2.0.0', fence: 2 });
    expect(await site.driver().apply(site.call({ fence: 3 }), never())).toMatchObject({ ok: true });
    expect(site.living()).toEqual([(await site.answer())?.pid]);
    expect(await site.runs()).toBe('1.0.0');
  });

  it('the same call takes on what it finds started in its place, and starts it no second time', async () => {
    await site.driver().apply(site.call({ fence: 1 }), never());
    const before = site.starts().length;
    const settings = { probation: false };
    await killAfterStarts(before + 1, { version: '2.0.0', fence: 2 }, settings);
    const started = site.starts().at(-1);
    const successor = site.driver(settings);
    expect(await successor.settle(unsettled({ version: '2.0.0', fence: 2 }), never())).toBe(0);
    site.getReady();
    const again = site.call({ version: '2.0.0', fence: 3 });
    expect(await successor.apply(again, never())).toMatchObject({
      ok: true,
      value: { alreadyRunning: true, pid: started?.pid },
    });
    expect(site.starts()).toHaveLength(before + 1);
    expect(site.living()).toEqual([started?.pid]);
    const next = site.call({ version: '1.0.0', deploymentId: 'dep_next000000', fence: 4 });
    expect(await successor.apply(next, never())).toMatchObject({ ok: true });
    expect(site.living()).toEqual([(await site.answer())?.pid]);
  });

  it('another deployment does not take it on', async () => {
    const settings = { probation: false };
    await killAfterStarts(1, { version: '2.0.0', fence: 2 }, settings);
    site.getReady();
    const other = site.call({ version: '2.0.0', deploymentId: 'dep_other00000', fence: 3 });
    expect(await site.driver(settings).apply(other, never())).toMatchObject({
      ok: true,
      value: { alreadyRunning: false },
    });
    expect(site.living()).toEqual([(await site.answer())?.pid]);
  });
});
