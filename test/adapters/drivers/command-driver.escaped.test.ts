import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { closeCgroup, openCgroup } from '../../../src/adapters/drivers/cgroup/call-cgroup.js';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import { program } from '../../support/program.js';
import { driverCall } from './driver-calls.js';

const DOOMED = program(new URL('doomed-worker.ts', import.meta.url));

/** Whether this machine lets us make control groups. */
const tried = await openCgroup(randomUUID(), {});
await closeCgroup(tried);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-escaped-'));
});
afterEach(() => {
  if (existsSync(join(folder, 'pid')) && lives()) process.kill(pid(), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const pid = (): number => Number(readFileSync(join(folder, 'pid'), 'utf8'));
const lives = (): boolean => {
  const identity = identify(pid());
  return identity !== null && isAlive(identity);
};
const escaping = (hidden: string): string =>
  `${hidden} setsid sh -c 'echo $$ > at; mv at pid; exec sleep 601' & sleep 600`;
const MARKED = escaping('');
const HIDDEN = escaping('env -i');

/** Aborts a command once it has started something outside of its process group. */
async function aborted(script: string, variables: Record<string, string> = {}) {
  const written: string[] = [];
  const driver = createCommandDriver(
    CommandDriverSchema.parse({
      ...{ kind: 'command', argv: ['/bin/sh', '-c', script], cwd: folder, killGrace: '300ms' },
    }),
    {
      ...{ stateDir: join(folder, 'state'), workerId: 'worker-1', clock: systemClock },
      environment: { PATH: process.env['PATH'], ...variables },
      output: { open: () => ({ write: (lines) => void written.push(...lines), end: () => {} }) },
    },
  );
  const stop = new AbortController();
  const answer = driver.apply(driverCall(), stop.signal);
  await vi.waitFor(() => expect(existsSync(join(folder, 'pid'))).toBe(true));
  stop.abort();
  const { code, message } = (await answer.then((each) => (each.ok ? null : each.error))) ?? {};
  return { code, message, written };
}

const TOLD = 'what had left its process group, and was ended: pid';
const inFull = () => ({
  code: 'driver/aborted',
  message: expect.stringContaining(
    `the command was stopped on request; it started ${TOLD} ${pid()} (`,
  ),
  written: [expect.stringContaining(`signalbox: the command started ${TOLD} ${pid()} (`)],
});

describe('what a command started outside of its process group', () => {
  it('is found by its mark, ended on abort, and named in the event and in the output', async () => {
    const seen = await aborted(MARKED, { SIGNALBOX_CGROUPS: 'off' });
    expect(seen).toEqual(inFull());
    expect(lives()).toBe(false);
  });

  it.skipIf(tried === null)('is found by its control group, where it hides its mark', async () => {
    const seen = await aborted(HIDDEN);
    expect(seen).toEqual(inFull());
    expect(lives()).toBe(false);
  });

  it.skipIf(tried === null)(
    'is ended with its worker, where it is in a control group',
    async () => {
      const worker = spawn(process.execPath, [DOOMED, folder, HIDDEN], { stdio: 'inherit' });
      await vi.waitFor(() => expect(existsSync(join(folder, 'pid'))).toBe(true));
      worker.kill('SIGKILL');
      await vi.waitFor(() => expect(lives()).toBe(false));
    },
  );
});
