import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { create } from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stopAllProcesses } from '../../../src/adapters/drivers/local-process/local-process.driver.js';
import { targetDriverSuite } from '../../suites/target-driver.suite.js';
import { never } from './driver-calls.js';
import { LocalService } from './local-service.js';

targetDriverSuite('the local process driver', async () => {
  const service = await LocalService.make({
    '1.0.0': 'ok',
    '2.0.0': 'stubborn',
    '3.0.0': 'never_ready',
    '9.9.9': 'exits',
  });
  return {
    driver: service.driver(),
    successor: service.driver(),
    first: service.call({ version: '1.0.0', fence: 1 }),
    second: service.call({ version: '2.0.0', fence: 2 }),
    hanging: service.call({ version: '3.0.0', fence: 3 }),
    failing: service.call({ version: '9.9.9', fence: 2 }),
    observes: true,
    runs: async () => (await service.answer())?.version ?? null,
    isAtWork: () => Promise.resolve(service.living('3.0.0').length === 2),
    isAnythingLeft: () => Promise.resolve(service.living('3.0.0').length > 0),
    close: () => service.close(),
  };
});

let service: LocalService;
beforeEach(async () => {
  service = await LocalService.make({ '1.0.0': 'ok', '2.0.0': 'ok', 'stubborn-1': 'stubborn' });
});
afterEach(() => service.close());

describe('a service that runs as a process', () => {
  it('is told its port, host, version and call, and nothing of the worker it was not given', async () => {
    const driver = service.driver({ env: { TOKEN: 'env:API_TOKEN', MODE: 'fast', PORT: '1' } });
    await driver.apply(service.call({ fence: 4, previousVersion: '0.9.0' }), never());
    const { env = {} } = (await service.answer()) ?? {};
    expect(env).toMatchObject({
      PORT: String(service.port),
      HOST: '127.0.0.1',
      VERSION: '1.0.0',
      TOKEN: 'tok3n-value',
      MODE: 'fast',
      SIGNALBOX_VERSION: '1.0.0',
      SIGNALBOX_PREVIOUS_VERSION: '0.9.0',
      SIGNALBOX_TARGET_ID: 'web-1',
      SIGNALBOX_FENCE: '4',
      SIGNALBOX_ACTION: 'deploy',
    });
    expect(env).not.toHaveProperty('REDIS_URL');
    expect(env).not.toHaveProperty('API_TOKEN');
    expect(env).not.toHaveProperty('SIGNALBOX_PROBATION');
  });

  it('shows its pid, its port and the folder it runs in', async () => {
    const answer = await service.driver().apply(service.call(), never());
    expect(answer).toEqual({
      ok: true,
      value: {
        pid: (await service.answer())?.pid,
        port: service.port,
        version: '1.0.0',
        release: join(service.folder, '1.0.0'),
        alreadyRunning: false,
      },
    });
  });

  it('keeps its port from version to version, and leaves nothing of the old one', async () => {
    const driver = service.driver();
    for (const [fence, version] of ['1.0.0', 'stubborn-1', '2.0.0', '1.0.0'].entries()) {
      const call = service.call({ version, fence, deploymentId: `dep_000000000${fence}` });
      expect(await driver.apply(call, never())).toMatchObject({ value: { port: service.port } });
      expect(await service.answer()).toMatchObject({ version });
    }
    expect(service.living('stubborn-1')).toEqual([]);
    expect(service.living('2.0.0')).toEqual([]);
    expect(service.living('1.0.0')).toHaveLength(2);
  });

  it('is ready when its port accepts connections, if no path says more', async () => {
    service.release('3.0.0', 'never_ready');
    const driver = service.driver({ readyPath: undefined });
    const answer = await driver.apply(service.call({ version: '3.0.0' }), never());
    expect(answer).toMatchObject({ ok: true });
  });

  it('is started from an archive that is unpacked once', async () => {
    const content = join(service.folder, 'content');
    mkdirSync(content);
    writeFileSync(join(content, 'mode'), 'ok');
    const file = join(service.folder, 'api-5.0.0.tgz');
    await create({ file, cwd: content, gzip: true }, ['.']);
    const driver = service.driver({ archive: join(service.folder, '{service}-{version}.tgz') });
    const first = await driver.apply(service.call({ version: '5.0.0' }), never());
    const call = service.call({ version: '5.0.0', fence: 2, deploymentId: 'dep_another000' });
    const second = await driver.apply(call, never());
    expect(first).toMatchObject({ ok: true });
    expect(second).toMatchObject({ value: { release: first.ok && first.value['release'] } });
  });

  it('is not started a second time by a call that was carried out already', async () => {
    const before = await service.driver().apply(service.call({ fence: 1 }), never());
    const again = await service.driver().apply(service.call({ fence: 2 }), never());
    expect(again).toMatchObject({
      ok: true,
      value: { alreadyRunning: true, pid: before.ok && before.value['pid'], port: service.port },
    });
  });

  it('is left alone by a rollback to what it runs, and started anew by a new deployment', async () => {
    const driver = service.driver();
    await driver.apply(service.call(), never());
    const pid = (await service.answer())?.pid;
    const other = { deploymentId: 'dep_another000' };
    await driver.apply(service.call({ ...other, action: 'rollback', fence: 2 }), never());
    expect((await service.answer())?.pid).toBe(pid);
    await driver.apply(service.call({ ...other, fence: 3 }), never());
    expect((await service.answer())?.pid).not.toBe(pid);
  });

  it('stays as it is when two calls come at once: one follows the other', async () => {
    const driver = service.driver();
    const calls = [1, 1, 1].map(() => driver.apply(service.call(), never()));
    const answers = await Promise.all(calls);
    expect(answers.map((one) => one.ok && one.value['alreadyRunning'])).toEqual([
      false,
      true,
      true,
    ]);
    expect(service.living('1.0.0')).toHaveLength(2);
  });

  it('is stopped with all others when the whole place is cleared', async () => {
    await service.driver().apply(service.call(), never());
    expect(await stopAllProcesses(service.stateDir)).toBe(1);
    expect(service.living('1.0.0')).toEqual([]);
    expect(await stopAllProcesses(service.stateDir)).toBe(0);
  });
});

describe('a call that can not work', () => {
  it.each([
    ['no port', { target: { address: '127.0.0.1' } }],
    ['no host', { target: { address: '' } }],
  ])('is misconfigured for an address with %s', async (_what, text) => {
    const answer = await service.driver().apply(service.call(text), never());
    expect(answer).toMatchObject({ error: { code: 'driver/misconfigured' } });
  });

  it.each(['../../etc', 'a/../../etc', '..'])('never leaves the releases: %s', async (version) => {
    const answer = await service.driver().apply(service.call({ version }), never());
    expect(answer).toMatchObject({ error: { code: 'driver/misconfigured' } });
    expect(answer).toMatchObject({ error: { message: expect.stringContaining('lead out') } });
  });

  it('is rejected for a release that is not there, and what ran still runs', async () => {
    await service.driver().apply(service.call(), never());
    const missing = service.call({ version: '7.7.7', fence: 2 });
    const answer = await service.driver().apply(missing, never());
    expect(answer).toMatchObject({ error: { code: 'driver/rejected', transient: false } });
    expect(await service.answer()).toMatchObject({ version: '1.0.0' });
  });

  it('is rejected when something else holds the port, whatever that one answers', async () => {
    const stranger = createServer((_, response) => response.end('{}'));
    await new Promise<void>((resolve) => stranger.listen(service.port, '127.0.0.1', resolve));
    const answer = await service.driver().apply(service.call(), never());
    await new Promise((resolve) => stranger.close(resolve));
    expect(answer).toMatchObject({ error: { code: 'driver/rejected' } });
    expect(answer).toMatchObject({ error: { message: expect.stringContaining('in use') } });
    expect(service.living('1.0.0')).toEqual([]);
  });
});
