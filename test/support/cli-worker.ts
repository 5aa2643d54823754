import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { CLI } from './cli.js';

export interface CliWorkerOptions {
  readonly command?: 'worker' | 'up';
  readonly url: string;
  readonly namespace: string;
  /** What it writes to. */
  readonly stdio: StdioOptions;
}

/** `signalbox worker` as an operator starts it, for any service, whose deploys do nothing; killed after the test. */
export async function startCliWorker(options: CliWorkerOptions): Promise<ChildProcess> {
  const { command = 'worker', url, namespace, stdio } = options;
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-cli-worker-'));
  const config = join(folder, 'signalbox.config.json');
  const nothing = { kind: 'command', argv: ['true'] };
  const services = { '*': { driver: nothing, targets: [{ id: 'web-1' }, { id: 'web-2' }] } };
  await writeFile(config, JSON.stringify({ namespace, services }));
  const port = command === 'up' ? ['--port', '0'] : [];
  const argv = [CLI, command, '--config', config, ...port];
  const child = spawn(process.execPath, argv, {
    cwd: folder,
    env: { ...process.env, REDIS_URL: url },
    stdio,
  });
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return child;
}
