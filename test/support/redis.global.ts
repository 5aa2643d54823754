import type { ProvidedContext } from 'vitest';
import type { TestProject } from 'vitest/node';
import { startEmbeddedRedis } from '../../src/adapters/embedded-redis/embedded-redis.js';
import {
  requireContainerEngine,
  startRedisContainer,
} from '../../src/adapters/embedded-redis/redis-container.js';

declare module 'vitest' {
  interface ProvidedContext {
    redisUrl: string;
    redisVia: 'path' | 'cache' | 'packages' | 'container';
  }
}

interface StartedRedis {
  readonly url: string;
  readonly port: number;
  readonly via: ProvidedContext['redisVia'];
  stop(): Promise<void>;
}

let redis: StartedRedis | null = null;

/** One Redis for the run: a container where an engine answers, else a server of our own. */
export async function setup(project: TestProject): Promise<void> {
  redis = await startAsWished(process.env['SIGNALBOX_TEST_REDIS'] ?? '');
  console.log(`Redis for the tests: ${redis.via}, port ${redis.port}`);
  project.provide('redisUrl', redis.url);
  project.provide('redisVia', redis.via);
}

export async function teardown(): Promise<void> {
  await redis?.stop();
  redis = null;
}

async function startAsWished(wish: string): Promise<StartedRedis> {
  if (wish === 'container') return inContainer();
  if (wish === 'embedded') return embedded();
  if (wish !== '') {
    throw new Error(`SIGNALBOX_TEST_REDIS must be embedded or container, got "${wish}"`);
  }
  const engine = await requireContainerEngine().then(
    () => true,
    () => false,
  );
  if (!engine) return embedded();
  return inContainer().catch(async (error: unknown) => {
    console.warn(`The container did not start, so a server of our own is used: ${String(error)}`);
    return embedded();
  });
}

async function inContainer(): Promise<StartedRedis> {
  // The reaper is one more image to pull, and teardown stops the container anyway.
  process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';
  const container = await startRedisContainer({ dataDir: null, fetch: true });
  return { ...container, via: 'container' };
}

async function embedded(): Promise<StartedRedis> {
  return startEmbeddedRedis({ persist: false, log: console.log });
}
