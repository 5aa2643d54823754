import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { CLI } from '../support/cli.js';
import { testRedis } from '../support/redis.js';

const configuration = (timeout: string): string =>
  `services:\n  api:\n    driver: { kind: command, argv: ['true'], timeout: ${timeout} }\n    targets: [{ id: web-1 }]\n`;

test('a configuration that is edited under a running worker is told in its log, by services and by doctor', async () => {
  const { url, namespace } = testRedis();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-edited-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, 'signalbox.config.yaml');
  await writeFile(file, configuration('10s'));
  const env = { ...process.env, REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace };
  const worker: ChildProcess = spawn(process.execPath, [CLI, 'worker'], { cwd: folder, env });
  const ended = once(worker, 'exit');
  onTestFinished(async () => {
    worker.kill('SIGKILL');
    await ended;
  });
  let log = '';
  worker.stderr?.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const told = (...args: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      execFile(process.execPath, [CLI, ...args], { cwd: folder, env }, (_, stdout) =>
        resolve(stdout),
      );
    });
  const patient = { timeout: 30_000, interval: 100 };
  await vi.waitFor(() => expect(log).toContain('worker ready'), patient);
  expect(await told('doctor')).not.toContain('restart it');

  await writeFile(file, configuration('20s'));

  await vi.waitFor(() => expect(log).toContain('restart this worker to use it'), patient);
  expect(await told('services', '--workers')).toContain(
    'restart it: its configuration has changed',
  );
  expect(await told('doctor')).toMatch(
    /warn .*its configuration file has changed since it started/,
  );

  await writeFile(file, configuration('10s'));

  await vi.waitFor(() => expect(log).toContain('again the one that this worker uses'), patient);
});
