import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import {
  groupRuns,
  identify,
  isAlive,
  parseIdentity,
  type ProcessIdentity,
} from '../../../src/adapters/drivers/process/process-identity.js';
import { terminate } from '../../../src/adapters/drivers/process/terminate.js';

const started: ChildProcess[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});

/** Leads a group of its own, and has said that it is ready. */
async function lead(script: string): Promise<{ child: ChildProcess; identity: ProcessIdentity }> {
  const child = spawn('/bin/sh', ['-c', script], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  started.push(child);
  await once(child.stdout, 'data');
  const identity = identify(child.pid ?? 0);
  if (identity === null) throw new Error('it has ended already');
  return { child, identity };
}

describe('the identity of a process', () => {
  it('is that of a process that lives, and stays the same', () => {
    const own = identify(process.pid);
    expect(own).toMatchObject({ pid: process.pid, startTime: expect.stringMatching(/\S/) });
    expect(identify(process.pid)).toEqual(own);
    expect(own && isAlive(own)).toBe(true);
  });

  it('is none for a pid that nobody has', () => {
    expect(identify(2 ** 22 + 1)).toBeNull();
  });

  it('is not that of a later process with the same pid', () => {
    expect(isAlive({ pid: process.pid, startTime: 'another boot:1' })).toBe(false);
  });

  it('dies with the process', async () => {
    const { child, identity } = await lead('echo up; sleep 60');
    const exit = once(child, 'exit');
    process.kill(-identity.pid, 'SIGKILL');
    await exit;
    expect(isAlive(identity)).toBe(false);
  });

  it.each(['', '12', '12\n\n\n', 'x\nboot\n12 (sh) S', '12\nboot\n12 (sh) S 1'])(
    'is none in a file with %j',
    (text) => {
      expect(parseIdentity(text)).toBeNull();
    },
  );
});

describe('ending a group', () => {
  it('ends a process and its children', async () => {
    const { identity } = await lead('sleep 60 & sleep 60 & echo up; wait');
    expect(await terminate(identity, 2_000)).toBe(true);
    expect(groupRuns(identity)).toBe(false);
  });

  it('kills what ignores SIGTERM once the grace is over', async () => {
    const { child, identity } = await lead(`trap '' TERM; echo up; while :; do sleep 60; done`);
    const exit = once(child, 'exit');
    expect(await terminate(identity, 50)).toBe(true);
    expect(await exit).toEqual([null, 'SIGKILL']);
  });

  it('ends children that outlived their parent', async () => {
    const { child, identity } = await lead('sleep 60 >/dev/null & echo up');
    if (child.exitCode === null) await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
    expect(groupRuns(identity)).toBe(true);
    expect(await terminate(identity, 2_000)).toBe(true);
    expect(groupRuns(identity)).toBe(false);
  });

  it('never signals a process that only has the pid of an earlier one', async () => {
    const { identity } = await lead('echo up; sleep 60');
    const earlier = { pid: identity.pid, startTime: `${identity.startTime}0` };
    expect(await terminate(earlier, 50)).toBe(true);
    expect(isAlive(identity)).toBe(true);
    await terminate(identity, 50);
  });
});
