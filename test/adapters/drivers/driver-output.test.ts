import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import { readAll } from '../../suites/output-log.suite.js';
import { MemoryOutput } from '../../support/memory-output.js';
import { driverCall, never } from './driver-calls.js';
import { openSite } from './service-site.js';

let folder: string;
let output: MemoryOutput;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-output-'));
  output = new MemoryOutput();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, settings: Record<string, unknown> = {}, signal = never()) =>
  createCommandDriver(
    CommandDriverSchema.parse({
      ...{ kind: 'command', argv: ['/bin/sh', '-c', script], cwd: folder, killGrace: '200ms' },
      ...settings,
    }),
    {
      ...{ stateDir: join(folder, 'state'), clock: systemClock, output },
      environment: { PATH: process.env['PATH'], TOKEN: 's3cret-value' },
    },
  ).apply(driverCall(), signal);

const kept = async () => {
  const [call] = await readAll(output, driverCall().deploymentId);
  return { lines: call?.lines, endedAt: call?.output.endedAt };
};

describe('the output of a command', () => {
  test('can be read while the command runs, in the order in which it was written', async () => {
    const stop = new AbortController();
    const answer = run('echo one; echo two >&2; echo three; sleep 600', {}, stop.signal);
    await vi.waitFor(async () =>
      expect(await kept()).toEqual({ lines: ['one', 'two', 'three'], endedAt: null }),
    );
    stop.abort();
    await answer;
    expect((await kept()).endedAt).toEqual(expect.any(Number));
  });

  test('is whole where the evidence holds only its end, and shows no secret', async () => {
    await run('for i in 1 2 3 4 5; do echo "line $i $MINE"; done; exit 7', {
      ...{ keepOutput: 8, env: { MINE: 'env:TOKEN' } },
    });
    expect((await kept()).lines).toEqual(
      ['1', '2', '3', '4', '5'].map((number) => `line ${number} ***`),
    );
  });

  test('ends with the command also where that failed, was late or could not start', async () => {
    await run('printf "no end"; exit 3');
    await run('sleep 600', { timeout: '200ms' });
    expect(await kept()).toMatchObject({ lines: ['no end'] });
    const calls = await output.calls(driverCall().deploymentId);
    expect(calls.map(({ endedAt }) => endedAt === null)).toEqual([false, false]);
  });
});

describe('the output of a process that is put in the place of another', () => {
  test('is what it writes until it is ready, or until it fails', async () => {
    const site = await openSite();
    try {
      site.release('1.0.0', 'crashing');
      await site.driver({}, {}, output).apply(site.call(), never());
      const { lines, endedAt } = await kept();
      expect(lines).toEqual(['this release lacks a file']);
      expect(endedAt).toEqual(expect.any(Number));
    } finally {
      await site.close();
    }
  });
});
