import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { program } from '../../support/program.js';
import { driverCall, never } from './driver-calls.js';

const DOOMED = program(new URL('doomed-worker.ts', import.meta.url));
/** Ignores SIGTERM, as does what it starts. */
const STUBBORN = `trap '' TERM; sleep 600 & echo $! > grandchild; echo $$ > child; wait; sleep 600`;
const NOW = 1_000_000;

let folder: string;
let worker: ChildProcess | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-crash-'));
});
afterEach(() => {
  worker?.kill('SIGKILL');
  for (const name of ['child', 'grandchild']) if (lives(name)) process.kill(pidIn(name), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const pidIn = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'));
const lives = (name: string): boolean => {
  const identity = existsSync(join(folder, name)) ? identify(pidIn(name)) : null;
  return identity !== null && isAlive(identity);
};
const tree = (): boolean[] => [lives('child'), lives('grandchild')];

async function startDoomed(killGraceMs: number): Promise<ChildProcess> {
  const argv = [DOOMED, folder, STUBBORN, String(killGraceMs)];
  worker = spawn(process.execPath, argv, { stdio: 'inherit' });
  await vi.waitFor(() => expect(tree()).toEqual([true, true]), { timeout: 20_000 });
  return worker;
}

async function killHard(doomed: ChildProcess): Promise<void> {
  const exit = once(doomed, 'exit');
  doomed.kill('SIGKILL');
  await exit;
}

const successor = (settings: Record<string, unknown> = {}): TargetDriver =>
  createCommandDriver(
    CommandDriverSchema.parse({
      kind: 'command',
      argv: ['true'],
      killGrace: 50,
      timeout: 60_000,
      ...settings,
    }),
    {
      stateDir: join(folder, 'state'),
      workerId: 'successor',
      clock: { now: () => NOW, sleep: () => Promise.resolve() },
      environment: { PATH: process.env['PATH'] },
    },
  );
const unsettled = { ...driverCall({ fence: 5 }), worker: 'doomed', calledAt: NOW - 10_000 };

describe('after a kill -9 of the worker', () => {
  it('whoever settles ends the whole tree of the command, and need not wait', async () => {
    await killHard(await startDoomed(300_000));
    expect(lives('child')).toBe(true);
    expect(await successor().settle(unsettled, never())).toBe(0);
    expect(tree()).toEqual([false, false]);
    expect(await successor().settle(unsettled, never())).toBe(0);
    const next = await successor().apply(driverCall({ fence: 6 }), never());
    expect(next).toMatchObject({ ok: true });
  });

  it('the command is ended even if nobody settles', async () => {
    await killHard(await startDoomed(100));
    await vi.waitFor(() => expect(tree()).toEqual([false, false]), { timeout: 10_000 });
  });
});

describe('while the worker still lives', () => {
  it('a newer call on the same target ends the older command before it starts its own', async () => {
    const doomed = await startDoomed(300_000);
    const next = await successor().apply(driverCall({ fence: 6 }), never());
    expect(next).toMatchObject({ ok: true });
    expect(tree()).toEqual([false, false]);
    if (doomed.exitCode === null) await once(doomed, 'exit');
  });

  it('an older call can not touch the command of a newer one', async () => {
    await startDoomed(100);
    const stale = await successor().apply(driverCall({ fence: 4 }), never());
    expect(stale).toMatchObject({ ok: false, error: { code: 'driver/fenced' } });
    expect(tree()).toEqual([true, true]);
  });
});

describe('a call that was made on another machine', () => {
  const elsewhere = { ...unsettled, worker: 'on another machine' };

  it('has ended when its time and its grace are over', async () => {
    const left = successor();
    expect(await left.settle(elsewhere, never())).toBe(50_050);
    expect(await left.settle({ ...elsewhere, calledAt: NOW - 60_050 }, never())).toBe(0);
    expect(await left.settle({ ...elsewhere, calledAt: NOW - 600_000 }, never())).toBe(0);
  });

  it('that nobody is known to have made needs no settling', async () => {
    expect(await successor().settle({ ...elsewhere, calledAt: null }, never())).toBe(0);
  });
});
