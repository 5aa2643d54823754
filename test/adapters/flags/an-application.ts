import { randomUUID } from 'node:crypto';
import { type Client, OpenFeature, ProviderEvents } from '@openfeature/server-sdk';
import { expect, onTestFinished, vi } from 'vitest';
import { RedisFlagStore } from '../../../src/adapters/flags/flag-store.redis.js';
import { patientConnection } from '../../../src/adapters/redis/connection/connection.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { createProvider, type ProviderOptions } from '../../../src/app/entries/openfeature.js';
import { environmentName } from '../../../src/domain/model/ids.js';
import { aCall } from '../../suites/flag-store.suite.js';
import { testRedis } from '../../support/redis.js';

export const FLAG = 'ff_api_2.0.0';
/** Always the same, and so is who of them is on: no test fails by chance. */
export const USERS = Array.from({ length: 10_000 }, (_, at) => `user-${at}`);
export const PATIENT = { timeout: 30_000, interval: 20 };

interface World {
  readonly url?: string;
  readonly options?: Partial<ProviderOptions>;
  readonly started?: boolean;
}

/** An application with the SDK, and a worker's flag store, on one Redis. */
export async function anApplication({
  url = testRedis().url,
  options = {},
  started = true,
}: World = {}) {
  const { namespace } = testRedis();
  const connection = patientConnection(url);
  onTestFinished(() => connection.close());
  const environment = environmentName('production');
  const store = new RedisFlagStore(connection.client, { namespace, environment });
  const set = async (percent: number | null, flag = FLAG) => {
    const done = await store.set(aCall(1), flag, percent, new AbortController().signal);
    if (!done.ok) throw new Error(done.error.message);
  };
  const provider = createProvider({ connection: url, namespace, ...options });
  onTestFinished(() => provider.onClose());
  const domain = randomUUID();
  const client = OpenFeature.getClient(domain);
  const heard: string[] = [];
  for (const event of Object.values(ProviderEvents)) {
    client.addHandler(event, (details) => {
      heard.push([event, ...flagsOf(details?.['flagsChanged'])].join(' '));
    });
  }
  const ready = OpenFeature.setProviderAndWait(domain, provider);
  if (started) {
    await ready;
    heard.length = 0;
  }
  const keys = keysOf(namespace).flags(environment);
  return { set, client, heard, ready, provider, redis: connection.client, keys };
}

const flagsOf = (changed: unknown): readonly string[] =>
  Array.isArray(changed) ? changed.map(String) : [];

export const sees = (client: Client, targetingKey?: string) =>
  client.getBooleanDetails(FLAG, false, targetingKey === undefined ? {} : { targetingKey });

export async function reaches(client: Client, percent: number | undefined): Promise<void> {
  await vi.waitFor(async () => {
    expect((await sees(client)).flagMetadata['percent']).toBe(percent);
  }, PATIENT);
}

export async function usersOn(client: Client): Promise<ReadonlySet<string>> {
  const on = new Set<string>();
  for (const user of USERS) if ((await sees(client, user)).value) on.add(user);
  return on;
}
