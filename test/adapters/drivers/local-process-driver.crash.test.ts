import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { program } from '../../support/program.js';
import { never } from './driver-calls.js';
import { LocalService, SERVICE } from './local-service.js';

const DOOMED = program(new URL('doomed-local-worker.ts', import.meta.url));
const unsettled = { worker: null, calledAt: null };

let service: LocalService;
let worker: ChildProcess | null = null;
beforeEach(async () => {
  service = await LocalService.make({ '1.0.0': 'ok', '2.0.0': 'ok', hangs: 'never_ready' });
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await service.close();
});

function startWorker(call: { version: string; fence: number }, probation = true): ChildProcess {
  const settings = {
    kind: 'local_process',
    argv: [process.execPath, SERVICE],
    release: join(service.folder, '{version}'),
    readyPath: '/ready',
    stateDir: service.stateDir,
    stopGrace: '300ms',
    probation,
  };
  const text = { ...call, target: { address: `127.0.0.1:${service.port}` } };
  const argv = [DOOMED, JSON.stringify(settings), JSON.stringify(text)];
  worker = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
  return worker;
}

async function kill(doomed: ChildProcess): Promise<void> {
  const exit = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await exit;
}

describe('after a kill -9 of the worker', () => {
  it('the service goes on, and the next worker knows it for its own', async () => {
    const doomed = startWorker({ version: '1.0.0', fence: 1 });
    if (doomed.stdout) await once(doomed.stdout, 'data');
    await kill(doomed);
    const answer = await service.answer();
    expect(answer).toMatchObject({ version: '1.0.0' });
    const again = await service.driver().apply(service.call({ fence: 2 }), never());
    expect(again).toMatchObject({ value: { alreadyRunning: true, pid: answer?.pid } });
    const next = service.call({ version: '2.0.0', fence: 3, deploymentId: 'dep_another000' });
    expect(await service.driver().apply(next, never())).toMatchObject({ ok: true });
    expect(service.living('1.0.0')).toEqual([]);
  });

  it('a version that was on probation is found and ended by whoever settles', async () => {
    await service.driver().apply(service.call({ fence: 1 }), never());
    const doomed = startWorker({ version: 'hangs', fence: 2 });
    await vi.waitFor(() => expect(service.living('hangs')).toHaveLength(2), 20_000);
    await kill(doomed);
    expect(service.living('hangs')).toHaveLength(2);
    const call = service.call({ version: 'hangs', fence: 2 });
    expect(await service.driver().settle({ ...call, ...unsettled }, never())).toBe(0);
    expect(service.living('hangs')).toEqual([]);
    expect(await service.answer()).toMatchObject({ version: '1.0.0' });
  });

  it('between the old version and the new, the next call finishes the work', async () => {
    await service.driver().apply(service.call({ fence: 1 }), never());
    const doomed = startWorker({ version: 'hangs', fence: 2 }, false);
    await vi.waitFor(() => expect(service.living('hangs')).toHaveLength(2), 20_000);
    await kill(doomed);
    expect(service.living('1.0.0')).toEqual([]);
    const back = service.call({ version: '1.0.0', fence: 3, action: 'rollback' });
    expect(await service.driver().apply(back, never())).toMatchObject({ ok: true });
    expect(await service.answer()).toMatchObject({ version: '1.0.0' });
    expect(service.living('hangs')).toEqual([]);
  });
});

describe('a worker that stood still and wakes up', () => {
  it('can not touch what a newer call has put there', async () => {
    await service.driver().apply(service.call({ fence: 1 }), never());
    const zombie = startWorker({ version: 'hangs', fence: 2 }, false);
    await vi.waitFor(() => expect(service.living('hangs')).toHaveLength(2), 20_000);
    zombie.kill('SIGSTOP');
    const next = service.call({ version: '2.0.0', fence: 3, deploymentId: 'dep_another000' });
    expect(await service.driver().apply(next, never())).toMatchObject({ ok: true });
    const said = zombie.stdout ? once(zombie.stdout, 'data') : Promise.resolve([]);
    zombie.kill('SIGCONT');
    expect(String((await said)[0])).toContain('driver/fenced');
    expect(await service.answer()).toMatchObject({ version: '2.0.0' });
    expect(service.living('1.0.0')).toEqual([]);
    expect(service.living('2.0.0')).toHaveLength(2);
  });
});
