import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import {
  findRedisBinary,
  startEmbeddedRedis,
} from '../../../src/adapters/embedded-redis/embedded-redis.js';
import { markOf } from '../../../src/adapters/embedded-redis/process-mark.js';

interface Parent {
  readonly url: string;
  readonly pid: number;
  readonly dataDir: string;
  die(signal: NodeJS.Signals): Promise<void>;
}

async function startParent(...args: readonly string[]): Promise<Parent> {
  const script = fileURLToPath(new URL('./parent.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', script, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line]: unknown[] = await once(createInterface(child.stdout), 'line');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the line that parent.ts prints
  const told = JSON.parse(String(line)) as { url: string; pid: number; dataDir: string };
  const die = async (signal: NodeJS.Signals): Promise<void> => {
    child.kill(signal);
    await once(child, 'exit');
  };
  return { ...told, die };
}

describe('a process that dies without stopping its Redis', () => {
  beforeAll(async () => {
    await findRedisBinary();
  });

  test.each(['SIGKILL', 'SIGTERM'] as const)(
    'leaves no server and no temporary data behind after %s',
    async (signal) => {
      const parent = await startParent();
      expect(markOf(parent.pid)).not.toBeNull();

      await parent.die(signal);

      await vi.waitFor(() => expect(markOf(parent.pid)).toBeNull(), { timeout: 10_000 });
      await vi.waitFor(() => expect(existsSync(parent.dataDir)).toBe(false), { timeout: 10_000 });
    },
  );

  test('leaves a data folder that the next one can start on, with all that was written', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'signalbox-test-'));
    const parent = await startParent(dataDir);
    const writer = new Redis(parent.url);
    writer.on('error', () => {});
    await writer.set('deployment', 'kept');
    writer.disconnect();

    await parent.die('SIGKILL');
    await vi.waitFor(() => expect(markOf(parent.pid)).toBeNull(), { timeout: 10_000 });

    const next = await startEmbeddedRedis({ persist: true, dataDir });
    const reader = new Redis(next.url);
    expect(await reader.get('deployment')).toBe('kept');
    reader.disconnect();
    await next.stop();
    await rm(dataDir, { recursive: true });
  });
});
