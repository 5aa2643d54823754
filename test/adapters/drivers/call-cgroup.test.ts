import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  closeCgroup,
  openCgroup,
  pidsIn,
} from '../../../src/adapters/drivers/cgroup/call-cgroup.js';

const cgroup = await openCgroup(randomUUID(), {});

describe.skipIf(cgroup === null)('the control group of a call', () => {
  test('holds what was put into it, stays as long as that runs, and goes with it', async () => {
    const path = cgroup ?? '';
    const child = spawn('sleep', ['600']);
    onTestFinished(() => void child.kill('SIGKILL'));
    writeFileSync(join(path, 'cgroup.procs'), String(child.pid));
    expect(await pidsIn(path)).toEqual([child.pid]);

    await closeCgroup(path);
    expect(existsSync(path)).toBe(true);

    const exit = once(child, 'exit');
    child.kill('SIGKILL');
    await exit;
    expect(await pidsIn(path)).toEqual([]);
    await closeCgroup(path);
    expect(existsSync(path)).toBe(false);
  });
});

test('there is none where it is switched off, and nothing is in one that is not there', async () => {
  expect(await openCgroup(randomUUID(), { SIGNALBOX_CGROUPS: 'off' })).toBeNull();
  expect(await pidsIn(null)).toEqual([]);
  expect(await pidsIn('/nowhere')).toEqual([]);
  await closeCgroup(null);
  await closeCgroup('/nowhere');
});
