import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCommandDriver } from '../../../src/adapters/drivers/command/command.driver.js';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { CommandDriverSchema } from '../../../src/contracts/config/driver.schema.js';
import type { TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { program } from '../../support/program.js';
import { driverCall, never } from './driver-calls.js';

const DOOMED = program(new URL('doomed-worker.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-background-'));
  // Writes a line and notes that it is still there, as a service does.
  writeFileSync(
    join(folder, 'service.sh'),
    'echo $$ > "$1.pid"; while :; do echo "still here"; echo x >> "$1.alive"; sleep 0.05; done',
  );
});
afterEach(() => {
  for (const name of services()) if (lives(name)) process.kill(pidOf(name), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

const services = (): string[] =>
  readdirSync(folder).flatMap((file) => (file.endsWith('.pid') ? [file.slice(0, -4)] : []));
const pidOf = (name: string): number => Number(readFileSync(join(folder, `${name}.pid`), 'utf8'));
const lives = (name: string): boolean => {
  const identity = identify(pidOf(name));
  return identity !== null && isAlive(identity);
};
const signsOfLife = (name: string): number =>
  readFileSync(join(folder, `${name}.alive`), 'utf8').length;
const lifted = async (name: string): Promise<void> => {
  const before = signsOfLife(name);
  // One line could still fit into a pipe that is about to break.
  await vi.waitFor(() => expect(signsOfLife(name)).toBeGreaterThan(before + 10));
};

/** Where it can make no control group, as in most containers. */
const UNGROUPED = { SIGNALBOX_CGROUPS: 'off' };

const driver = (
  script: string,
  settings: Record<string, unknown> = {},
  variables: Record<string, string> = {},
): TargetDriver =>
  createCommandDriver(
    CommandDriverSchema.parse({
      ...{ kind: 'command', argv: ['/bin/sh', '-c', script], cwd: folder, killGrace: '300ms' },
      ...settings,
    }),
    {
      ...{ stateDir: join(folder, 'state'), workerId: 'worker-1', clock: systemClock },
      environment: { PATH: process.env['PATH'], TOKEN: 's3cret-value', ...variables },
    },
  );

/** The command ends only when what it has started is seen to be there. */
const started = (...names: string[]): string =>
  names.map((name) => `while ! [ -s ${name}.alive ]; do sleep 0.01; done`).join('; ');
const GROUPED = 'sh service.sh grouped &';
const OUTSIDE = 'setsid sh service.sh outside &';
const SILENT = 'setsid sh service.sh silent >/dev/null 2>&1 </dev/null &';
const HIDDEN = 'env -i setsid sh service.sh hidden &';

describe('a service that a command leaves running', () => {
  it.each([
    ['in the background', 'grouped', GROUPED],
    ['in a session of its own', 'outside', OUTSIDE],
    ['as a daemon without output', 'silent', SILENT],
  ])('%s lives on, writes on, and is named in the evidence', async (_how, name, start) => {
    const answer = await driver(`${start} ${started(name)}`).apply(driverCall(), never());
    expect(answer).toMatchObject({
      ok: true,
      value: { exitCode: 0, background: `pid ${pidOf(name)} (sh service.sh ${name})` },
    });
    await lifted(name);
  });

  it('lives on though it can not be found, and its output is said to be open', async () => {
    const script = `${HIDDEN} ${started('hidden')}`;
    const answer = await driver(script, {}, UNGROUPED).apply(driverCall(), never());
    const background = expect.stringContaining('holds its output open');
    expect(answer).toMatchObject({ ok: true, value: { background } });
    await lifted('hidden');
  });

  it('lives on when the worker has ended', async () => {
    const script = `${GROUPED} ${OUTSIDE} ${started('grouped', 'outside')}`;
    const worker = spawn(process.execPath, [DOOMED, folder, script], { stdio: 'inherit' });
    expect(await once(worker, 'exit')).toEqual([0, null]);
    await lifted('grouped');
    await lifted('outside');
  });

  it('is left alone by the next call', async () => {
    const script = `${GROUPED} ${started('grouped')}`;
    await driver(script).apply(driverCall({ fence: 1 }), never());
    expect(await driver('exit 0').apply(driverCall({ fence: 2 }), never())).toMatchObject({
      ok: true,
      value: { output: '' },
    });
    await lifted('grouped');
  });

  it('is named without the secrets on its command line', async () => {
    const script = `sh service.sh grouped "$MINE" & ${started('grouped')}`;
    const answer = await driver(script, { env: { MINE: 'env:TOKEN' } }).apply(
      driverCall(),
      never(),
    );
    const background = expect.stringContaining('(sh service.sh grouped ***)');
    expect(answer).toMatchObject({ value: { background } });
  });

  it('is only counted where there are many', async () => {
    const many = Array.from({ length: 7 }, (_, i) => `many-${i}`);
    const script = many.map((name) => `sh service.sh ${name} &`).join(' ');
    const answer = await driver(`${script} ${started(...many)}`).apply(driverCall(), never());
    const background = answer.ok ? String(answer.value['background']) : '';
    expect(background).toMatch(/^(pid \d+ \(sh service\.sh many-\d\), ){5}2 more$/);
    for (const name of many) await lifted(name);
  });

  it('is not what only ends a moment after the command', async () => {
    const answer = await driver('(sleep 0.05; echo late) & exit 0').apply(driverCall(), never());
    expect(answer).toMatchObject({ ok: true, value: { output: 'late\n' } });
    expect(answer.ok && 'background' in answer.value).toBe(false);
  });
});

describe('with `background: refuse`', () => {
  const refusing = { background: 'refuse' };

  it('the call fails, names what was left, and ends it wherever it went', async () => {
    const script = `${GROUPED} ${OUTSIDE} ${SILENT} ${started('grouped', 'outside', 'silent')}`;
    const answer = await driver(script, refusing).apply(driverCall(), never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'driver/rejected', transient: false, evidence: { exitCode: 0 } },
    });
    const message = answer.ok ? '' : answer.error.message;
    for (const name of ['grouped', 'outside', 'silent']) {
      expect(message).toContain(`pid ${pidOf(name)} (sh service.sh ${name})`);
      expect(lives(name)).toBe(false);
    }
    expect(message).toContain('`background: keep`');
  });

  it('also what can not be found fails the call', async () => {
    const script = `${HIDDEN} ${started('hidden')}`;
    const answer = await driver(script, refusing, UNGROUPED).apply(driverCall(), never());
    const message = expect.stringContaining('holds its output open');
    expect(answer).toMatchObject({ ok: false, error: { message } });
  });

  it('a command that leaves nothing succeeds', async () => {
    const answer = await driver('sleep 0.05 & wait; echo done', refusing).apply(
      driverCall(),
      never(),
    );
    expect(answer).toMatchObject({ ok: true, value: { output: 'done\n' } });
  });
});

describe('a command that is cut short', () => {
  const BOTH = `${GROUPED} ${OUTSIDE} ${started('grouped', 'outside')}`;
  const bothLive = (): void => {
    expect(services().toSorted()).toEqual(['grouped', 'outside']);
    expect([signsOfLife('grouped') > 0, signsOfLife('outside') > 0]).toEqual([true, true]);
  };
  const noneLives = (): void =>
    expect([lives('grouped'), lives('outside')]).toEqual([false, false]);

  it.each([
    ['its time is up', 'sleep 600', { timeout: '3s' }, 'driver/timeout'],
    ['it fails', 'exit 3', {}, 'driver/rejected'],
  ])('takes all that it started with it when %s', async (_when, end, settings, code) => {
    const answer = await driver(`${BOTH}; ${end}`, settings).apply(driverCall(), never());
    expect(answer).toMatchObject({ error: { code } });
    bothLive();
    noneLives();
  });

  it('takes all that it started with it on abort', async () => {
    const stop = new AbortController();
    const answer = driver(`${BOTH}; sleep 600`).apply(driverCall(), stop.signal);
    await vi.waitFor(bothLive);
    stop.abort();
    expect(await answer).toMatchObject({ error: { code: 'driver/aborted' } });
    noneLives();
  });

  it('by a kill -9 of its worker leaves nothing to whoever settles its call', async () => {
    const argv = [DOOMED, folder, `${BOTH}; sleep 600`];
    const worker = spawn(process.execPath, argv, { stdio: 'inherit' });
    await vi.waitFor(bothLive);
    const exit = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exit;
    const unsettled = { ...driverCall({ fence: 5 }), worker: 'doomed', calledAt: Date.now() };
    expect(await driver('true').settle(unsettled, never())).toBe(0);
    noneLives();
  });
});
