import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { DEFAULT_NAMESPACE } from '../../src/contracts/values/namespace.js';
import { environmentName } from '../../src/domain/model/ids.js';
import { CLI } from '../support/cli.js';
import { inProcessCli, type Ran } from '../support/ran-cli.js';
import { startOwnRedis } from '../support/redis.js';

type Kind = 'redis' | 'flagd_file';

/** A folder with a configuration, in which commands are given. */
async function aPlace(kind: Kind) {
  const redis = await startOwnRedis();
  onTestFinished(() => redis.dispose());
  const { url } = redis;
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-flags-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'flags.json');
  const configure = async (service: string, flag: object): Promise<void> => {
    const flags = kind === 'redis' ? { kind } : { kind, path: file };
    const api = {
      driver: { kind: 'command', argv: ['true'] },
      targets: [{ id: 'web-1' }],
      flags,
      strategy: { kind: 'feature_flag', stages: [100], flag },
    };
    const config = { services: { [service]: api } };
    await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  };
  const run = (command: string): Promise<Ran> => inProcessCli(command, { redisUrl: url, folder });
  const connection = patientConnection(url);
  onTestFinished(() => connection.close());
  const { records } = keysOf(DEFAULT_NAMESPACE).flags(environmentName('production'));
  /** What a person does to a flag, past us. */
  const byHand = async (flag: string): Promise<void> => {
    if (kind === 'redis') {
      const record: unknown = JSON.parse((await connection.client.hget(records, flag)) ?? '{}');
      const changed = JSON.stringify({ ...Object(record), percent: 30 });
      await connection.client.hset(records, flag, changed);
    } else {
      const document = Object(JSON.parse(await readFile(file, 'utf8')));
      document.flags[flag].state = 'DISABLED';
      await writeFile(file, JSON.stringify(document));
    }
  };
  /** Without the layout of the table. */
  const listed = async (): Promise<readonly string[]> => {
    const { out } = await run('flags --json');
    const all: readonly Record<string, unknown>[] = JSON.parse(out);
    return all
      .map(({ flag, service, version, percent, standing }) =>
        [flag, service, version, percent, standing].join(' '),
      )
      .toSorted();
  };
  const deploy = async (service: string, version: string): Promise<string> => {
    const { code, out, err } = await run(`deploy ${service} ${version} --wait --timeout 60s`);
    return `${code}\n${out}${err}`;
  };
  return { folder, url, configure, run, byHand, listed, deploy };
}

/** `signalbox worker` of the place, until the test or `stop`. */
async function aWorker({ folder, url }: { readonly folder: string; readonly url: string }) {
  const config = join(folder, 'signalbox.config.json');
  const child = spawn(process.execPath, [CLI, 'worker', '--config', config], {
    cwd: folder,
    env: { ...process.env, REDIS_URL: url },
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
  };
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { stop };
}

describe.each<Kind>(['redis', 'flagd_file'])('flags of a real worker in %s', (kind) => {
  test('are listed, live and left over, and removed', async () => {
    const place = await aPlace(kind);
    await place.configure('api', { name: 'checkout-{version}' });
    await aWorker(place);
    for (const version of ['1', '2']) expect(await place.deploy('api', version)).toMatch(/^0\n/);

    expect(await place.listed()).toEqual([
      'checkout-1 api 1 100 left over',
      'checkout-2 api 2 100 live',
    ]);
    expect(await place.run('flags --remove checkout-2')).toMatchObject({
      ...{ code: 2, err: expect.stringContaining('100% of the users would lose it') },
    });
    expect(await place.run('flags --remove checkout-1')).toMatchObject({
      ...{ code: 0, out: 'flag checkout-1 is removed\n' },
    });
    expect(await place.listed()).toEqual(['checkout-2 api 2 100 live']);
  });

  test('go to a service that was renamed, which is told how', async () => {
    const place = await aPlace(kind);
    await place.configure('shop', { name: 'new-page' });
    const before = await aWorker(place);
    expect(await place.deploy('shop', '1')).toMatch(/^0\n/);
    await before.stop();
    await place.configure('store', { name: 'new-page', restart: true });
    await aWorker(place);

    const refused = await place.deploy('store', '1');
    expect(refused).not.toMatch(/^0\n/);
    expect(refused).toContain('signalbox flags --hand-over new-page --to');
    expect(await place.run('flags --hand-over new-page --to store')).toMatchObject({
      ...{ code: 0, out: 'flag new-page belongs to production/store now\n' },
    });
    expect(await place.deploy('store', '1.1')).toMatch(/^0\n/);
    expect(await place.listed()).toEqual(['new-page store 1.1 100 live']);
  });

  test('of older versions go with a completed deployment, but not those that a person changed', async () => {
    const place = await aPlace(kind);
    await place.configure('api', { name: 'checkout-{version}', keep: 2 });
    await aWorker(place);
    for (const version of ['1', '2', '3']) await place.deploy('api', version);
    await place.byHand('checkout-1');
    for (const version of ['4', '5']) expect(await place.deploy('api', version)).toMatch(/^0\n/);

    expect(await place.listed()).toEqual([
      expect.stringMatching(/^checkout-1 api 1 \d+ left over$/),
      'checkout-3 api 3 100 left over',
      'checkout-4 api 4 100 left over',
      'checkout-5 api 5 100 live',
    ]);
    const told = await place.deploy('api', '6');
    expect(told).toMatch(/removed: checkout-3; checkout-1 stays: somebody else changed it/);
  });
});
