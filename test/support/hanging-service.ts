import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import {
  identify,
  isAlive,
  type ProcessIdentity,
} from '../../src/adapters/drivers/process/process-identity.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { type DeploymentId, deploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { CLI } from './cli.js';
import { testRedis } from './redis.js';

/**
 * Puts versions on targets: 2.0.0 never comes to an end, and is deaf to being
 * asked to; 2.1.0 fails on the second target, and nothing comes back.
 */
const SCRIPT = `#!/bin/sh
hang() { echo $$ > "$4/pid"; trap '' TERM; exec sleep 600; }
[ "$1" = back ] && hang "$@"
[ "$2" = 2.0.0 ] && hang "$@"
[ "$2 $3" = "2.1.0 web-2" ] && exit 1
exit 0
`;

export interface Said {
  readonly code: number | null;
  readonly out: string;
}

/** A service whose command can hang, workers in processes of their own, and the command line to order them about. */
export async function hangingService() {
  const { url, namespace } = testRedis();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-hanging-'));
  const script = join(folder, 'put.sh');
  const argv = (action: string) => ['/bin/sh', script, action, '{version}', '{target.id}', folder];
  await writeFile(script, SCRIPT);
  const driver = { kind: 'command', argv: argv('put'), rollbackArgv: argv('back') };
  const config = {
    namespace,
    services: {
      api: {
        driver: { ...driver, timeout: '10m', killGrace: '300ms' },
        targets: [{ id: 'web-1' }, { id: 'web-2' }],
      },
    },
    worker: { lease: '2s' },
  };
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify(config));
  const children: ChildProcess[] = [];
  const start = (...args: readonly string[]) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { ...process.env, REDIS_URL: url, SIGNALBOX_NAMESPACE: namespace, USER: 'ann' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const said = { out: '' };
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (said.out += chunk.toString()));
    }
    children.push(child);
    return { child, said };
  };
  const kill9 = async (child: ChildProcess): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };
  const connection = patientConnection(url);
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const producer = createProducer({ connection: url, namespace });
  onTestFinished(async () => {
    for (const child of children) await kill9(child);
    await producer.close();
    await connection.close();
    await rm(folder, { recursive: true, force: true });
  });
  const until = (id: DeploymentId, wanted: (deployment: Deployment) => boolean) =>
    vi.waitFor(
      async () => {
        const found = await store.load(id);
        if (!found || !wanted(found)) throw new Error(`${id} is ${JSON.stringify(found?.state)}`);
        return found;
      },
      { timeout: 60_000, interval: 50 },
    );
  return {
    index,
    store,
    kill9,
    until,
    async startWorker() {
      const worker = start('worker');
      await vi.waitFor(
        () => {
          if (!worker.said.out.includes('worker ready')) throw new Error(worker.said.out);
        },
        { timeout: 60_000, interval: 50 },
      );
      return worker;
    },
    /** What an operator types, in a process of its own. */
    async signalbox(...args: readonly string[]): Promise<Said> {
      const { child, said } = start(...args);
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, out: said.out };
    },
    async deploy(version: string): Promise<DeploymentId> {
      const { deploymentId: id } = await producer.deploy({ service: 'api', version });
      return deploymentId(id);
    },
    /** The process that hangs, once there is one. */
    hung: () =>
      vi.waitFor(
        async () => {
          const file = join(folder, 'pid');
          const pid = existsSync(file) ? Number(await readFile(file, 'utf8')) : 0;
          const running = pid > 0 ? identify(pid) : null;
          if (running === null) throw new Error('nothing hangs yet');
          return running;
        },
        { timeout: 60_000, interval: 50 },
      ),
    gone: (one: ProcessIdentity) =>
      vi.waitFor(
        () => {
          if (isAlive(one)) throw new Error(`${one.pid} still runs`);
        },
        { timeout: 60_000, interval: 50 },
      ),
  };
}

export type HangingService = Awaited<ReturnType<typeof hangingService>>;
