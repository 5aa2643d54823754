import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { identify, isAlive } from '../../../src/adapters/drivers/process/process-identity.js';
import { type CommandRun, runCommand } from '../../../src/adapters/drivers/process/run-command.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-run-'));
  writeFileSync(join(folder, 'plain'), '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const run = (argv: CommandRun['argv'], settings: Partial<CommandRun> = {}) =>
  runCommand({
    argv,
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '' },
    timeoutMs: 10_000,
    killGraceMs: 100,
    keepOutput: 4_096,
    ...settings,
  });
const sh = (script: string, settings: Partial<CommandRun> = {}) =>
  run(['/bin/sh', '-c', script], settings);

/** What the commands below would take if nothing ended them. */
const SLEEP_MS = 60_000;
/** Time enough to start a shell on a busy machine. */
const SOON_MS = 2_000;

const pidIn = (name: string): number => Number(readFileSync(join(folder, name), 'utf8'));
/** One that has ended and waits to be collected does not live: pid 1 of a container may collect none. */
const lives = (name: string): boolean => {
  const identity = identify(pidIn(name));
  return identity !== null && isAlive(identity);
};

describe('a command that ends by itself', () => {
  it('gives its exit code, both outputs and the standard output alone', async () => {
    const outcome = await sh('echo out; echo err >&2; exit 3');
    expect(outcome.ending).toEqual({ kind: 'exited', exitCode: 3 });
    expect(outcome.output.split('\n').toSorted()).toEqual(['', 'err', 'out']);
    expect(outcome.stdout).toBe('out\n');
    expect(outcome.durationMs).toBeGreaterThanOrEqual(0);
  });

  it('says by which signal somebody else ended it', async () => {
    const outcome = await sh('kill -KILL $$');
    expect(outcome.ending).toEqual({ kind: 'signalled', signal: 'SIGKILL' });
  });

  it.each([
    ['a command that is not there', ['no-such-command-here'], {}],
    ['a file that is not executable', ['./plain'], {}],
    ['a folder that is not there', ['true'], { cwd: '/no/such/folder' }],
  ] as const)('answers "not started" for %s', async (_what, [file, ...args], settings) => {
    const outcome = await run([file, ...args], settings);
    expect(outcome.ending).toMatchObject({
      kind: 'not_started',
      reason: expect.stringMatching(/\S/),
    });
  });

  it('tells its pid as soon as it runs', async () => {
    const onSpawn = vi.fn<(pid: number) => void>();
    const outcome = await sh('echo $$', { onSpawn });
    expect(onSpawn).toHaveBeenCalledExactlyOnceWith(Number(outcome.stdout));
  });

  it('gets no variable but those that it was given', async () => {
    const outcome = await run(['/usr/bin/env'], { env: { ONLY: 'this' } });
    expect(outcome.stdout).toBe('ONLY=this\n');
  });

  it('does not keep us waiting for what it left in the background with its output', async () => {
    const outcome = await sh('sleep 60 & echo $! > left; echo done');
    expect(outcome.ending).toEqual({ kind: 'exited', exitCode: 0 });
    expect(outcome.durationMs).toBeLessThan(SLEEP_MS);
    expect(lives('left')).toBe(true);
    process.kill(pidIn('left'), 'SIGKILL');
  });

  it('does not break the output of what it left in the background', async () => {
    const { outputHeld } = await sh(
      '(for i in 1 2 3 4 5 6; do sleep 0.1; echo out; echo err >&2; done; echo done > end) &',
    );
    expect(outputHeld).toBe(true);
    await vi.waitFor(() => expect(existsSync(join(folder, 'end'))).toBe(true));
  });

  it('has its group ended with it when it failed', async () => {
    await sh('sleep 60 & echo $! > left; exit 1');
    expect(lives('left')).toBe(false);
  });
});

describe('the output of a command', () => {
  it('is its last bytes, however much there is', async () => {
    const outcome = await sh('yes signalbox | head -c 20000000; echo end', { keepOutput: 1_000 });
    expect(Buffer.byteLength(outcome.output)).toBeLessThanOrEqual(1_000);
    expect(outcome.output).toMatch(/signalbox\nend\n$/);
  });

  it('is bounded while a flood goes on until the time is up', async () => {
    const outcome = await run(['yes'], { timeoutMs: 300, keepOutput: 100 });
    expect(outcome.ending).toEqual({ kind: 'timed_out' });
    expect(outcome.output.length).toBeLessThanOrEqual(100);
  });

  it('may not be kept at all', async () => {
    expect((await sh('echo hello', { keepOutput: 0 })).output).toBe('');
  });

  it('can do nothing to a terminal or a log', async () => {
    const { output } = await sh(String.raw`printf 'a\033[2Jb\tc\r\nd\007\000e\302\233\n'`);
    expect(output).toMatch(/^ab\tc\nd/);
    // oxlint-disable-next-line no-control-regex -- control characters are just what is looked for
    expect(output).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});

describe('a command that is stopped', () => {
  const TREE = 'sleep 60 & echo $! > grandchild; echo $$ > child; wait';

  it('is ended with all that it started when its time is up', async () => {
    const outcome = await sh(TREE, { timeoutMs: SOON_MS });
    expect(outcome.ending).toEqual({ kind: 'timed_out' });
    expect([lives('child'), lives('grandchild')]).toEqual([false, false]);
  });

  it('is ended with all that it started on abort', async () => {
    const stop = new AbortController();
    const outcome = sh(TREE, { signal: stop.signal });
    await vi.waitFor(() => expect(lives('child')).toBe(true), 5_000);
    stop.abort();
    expect((await outcome).ending).toEqual({ kind: 'aborted' });
    expect([lives('child'), lives('grandchild')]).toEqual([false, false]);
  });

  it('is killed after the grace when it and its children ignore SIGTERM', async () => {
    const stop = new AbortController();
    const outcome = sh(`trap '' TERM; ${TREE}; while :; do sleep 60; done`, {
      signal: stop.signal,
    });
    await vi.waitFor(() => expect(lives('child')).toBe(true), 5_000);
    stop.abort();
    const { ending, durationMs } = await outcome;
    expect(ending).toEqual({ kind: 'aborted' });
    expect(durationMs).toBeLessThan(SLEEP_MS);
    expect([lives('child'), lives('grandchild')]).toEqual([false, false]);
  });

  it('may use the grace to tidy up', async () => {
    const outcome = await sh(`trap 'echo tidy; exit 0' TERM; echo up; sleep 60 & wait`, {
      timeoutMs: SOON_MS,
      killGraceMs: SLEEP_MS,
    });
    expect(outcome).toMatchObject({ ending: { kind: 'timed_out' }, stdout: 'up\ntidy\n' });
    expect(outcome.durationMs).toBeLessThan(SLEEP_MS);
  });

  it('is not started when it was stopped before', async () => {
    const outcome = await sh('touch started', { signal: AbortSignal.abort() });
    expect(outcome.ending).toEqual({ kind: 'aborted' });
    expect(existsSync(join(folder, 'started'))).toBe(false);
  });
});
