import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisDeploymentIndex } from '../../src/adapters/redis/deployments/deployment-index.redis.js';
import { RedisDeploymentStore } from '../../src/adapters/redis/deployments/deployment-store.redis.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { createWorker } from '../../src/app/workers/create-worker.js';
import type { ConfigInput } from '../../src/contracts/config/config.schema.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { testRedis } from './redis.js';

type ServiceInput = ConfigInput['services'][string];

/** Puts 2.0.0 on one target as its first argument says; all else it does. A file remembers what flaked before. */
const SCRIPT = `#!/bin/sh
[ "$3 2.0.0" = "$4 $5" ] || exit 0
case "$1" in
  refuse) exit 1 ;;
  flake) [ -e "$2/flaked-$4" ] && exit 0; : > "$2/flaked-$4"; exit 75 ;;
esac
`;

export interface Reality {
  /** One target that refuses the new version, or takes it at the second try. */
  readonly trouble: { readonly target: string; readonly how: 'refuse' | 'flake' };
  /** What the metrics server counts among 1,000 requests, by version. */
  readonly errors: Readonly<Record<string, number>>;
}

/** A configuration whose driver, checks and metrics are real: a command, and an HTTP server. */
export async function realConfig(
  service: Omit<ServiceInput, 'driver' | 'checks'>,
  { trouble, errors }: Reality,
): Promise<ConfigInput> {
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-real-run-'));
  const script = join(folder, 'deploy.sh');
  await writeFile(script, SCRIPT);
  const server = createServer(({ url = '/' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://localhost');
    const value = pathname === '/errors' ? (errors[searchParams.get('version') ?? ''] ?? 0) : 1_000;
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ value }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const argv = [
    '/bin/sh',
    script,
    trouble.how,
    folder,
    trouble.target,
    '{target.id}',
    '{version}',
  ] as const;
  return {
    services: {
      api: {
        ...service,
        // The old version is put back by a command that always can.
        driver: { kind: 'command', argv: [...argv], rollbackArgv: ['true'], timeout: '10s' },
        checks: [{ kind: 'http', name: 'up', url: `${url}/healthz?of={target.id}` }],
      },
    },
    metricSources: { counts: { kind: 'http_json', url, path: 'value' } },
  };
}

/** Deploys 1.0.0 all at once, then 2.0.0 as configured, with one real worker on real Redis. */
export async function runForReal(config: ConfigInput, promoter: string | null) {
  const { url, namespace } = testRedis();
  const connection = patientConnection(url);
  const store = new RedisDeploymentStore(connection.client, namespace);
  const index = new RedisDeploymentIndex(connection.client, store, namespace);
  const producer = createProducer({ connection: url, namespace });
  const worker = await createWorker({
    connection: url,
    config: { ...config, namespace },
    log: SILENT,
  });
  onTestFinished(async () => {
    await worker.stop();
    await producer.close();
    await connection.close();
  });
  const until = (id: string, wanted: (deployment: Deployment) => boolean): Promise<Deployment> =>
    vi.waitFor(
      async () => {
        const found = await store.load(id as DeploymentId);
        if (!found || !wanted(found)) throw new Error(`${id} is ${JSON.stringify(found?.state)}`);
        return found;
      },
      { timeout: 40_000, interval: 20 },
    );
  const ended = ({ state }: Deployment): boolean => isTerminal(state.status);
  const strategy = { kind: 'rolling', batchSize: '100%' } as const;
  const first = await producer.deploy({ service: 'api', version: '1.0.0', strategy });
  await until(first.deploymentId, ended);
  const { deploymentId: id } = await producer.deploy({ service: 'api', version: '2.0.0' });
  if (promoter !== null) {
    await until(id, ({ state }) => state.status === 'executing' && state.gate !== undefined);
    await producer.promote(id, promoter);
  }
  const deployment = await until(id, ended);
  return { deployment, events: await index.events(id), active: await index.active(deployment) };
}
