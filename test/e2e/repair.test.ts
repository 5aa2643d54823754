import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { CLI } from '../support/cli.js';
import { API } from '../support/fixtures.js';
import { repairWorld, type RepairWorld } from '../integration/repair-world.js';

/** Types it at a shell, as ada. */
async function typed({ url, namespace }: RepairWorld, ...argv: readonly string[]) {
  const place = ['--redis', url, '--namespace', namespace];
  const args = [CLI, 'repair', ...argv, ...place];
  const env = { ...process.env, USER: 'ada', NO_COLOR: '1' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
    return { code: 0, out: stdout, err: stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, out: stdout, err: stderr };
  }
}

describe('signalbox repair, as typed', () => {
  test('says what it would do, does it with a reason, and finds nothing afterwards', async () => {
    const world = await repairWorld();
    const { client, keys, waiting, good } = world;
    await client.zrem(keys.open, waiting);
    await client.hincrby(keys.counters, 'completed', 2);
    await client.rpush(`${keys.prefix}:execute:wait`, 'dep_0000000000gone.execute.1');
    const harmed = await world.dump();

    const dry = await typed(world);
    expect(dry.code).toBe(1);
    expect(dry.out).toContain('open_complete: 1 found, although the open deployments are');
    expect(dry.out).toContain(`would put ${waiting} into the index of open deployments`);
    expect(dry.out).toContain('4 are counted as completed: a recount gives 2');
    expect(dry.out).toContain('would count 2 as completed, not 4');
    expect(dry.out).toContain('cannot be repaired: a worker drops the job when its turn comes');
    expect(dry.out).toContain('nothing was changed; repair it: signalbox repair --apply');
    expect(await world.dump()).toBe(harmed);

    const done = await typed(world, '--apply', '--reason', 'a hand slipped');
    expect(done.code, 'the job is still there').toBe(1);
    expect(done.out).toContain(`done  put ${waiting} into the index of open deployments`);
    expect(done.out).not.toContain('counters_exact');
    await client.rpop(`${keys.prefix}:execute:wait`);
    const again = await typed(world, '--apply', '--reason', 'once more', '--json');
    expect(again.code).toBe(0);
    expect(JSON.parse(again.out)).toEqual({
      ...{ clean: true, applied: true, repaired: [], findings: [], counts: {} },
    });
    const [entry] = await world.repairs.log(1);
    expect(entry).toMatchObject({ by: 'ada', reason: 'a hand slipped' });

    await client.zadd(keys.open, '1', good);
    const told = await typed(world, '--json');
    expect(told.code).toBe(1);
    expect(JSON.parse(told.out)).toMatchObject({
      ...{ clean: false, applied: false, repaired: [] },
      findings: [
        {
          ...{ invariant: 'open_complete', deploymentId: good, cannot: [] },
          would: [`take ${good} out of the index of open deployments`],
        },
      ],
    });
  });

  test('takes a person’s word for what runs on a target', async () => {
    const world = await repairWorld();
    const place = ['--target', 'api', 'production', 'web-1'];
    const before = await world.dump();

    const dry = await typed(world, ...place, '--version', 'unknown');
    expect(dry).toMatchObject({ code: 0, err: '' });
    expect(dry.out).toContain('an unknown version runs on web-1 of production/api');
    expect(await world.dump()).toBe(before);

    const said = ['--version', '2.0.1', '--apply', '--reason', 'repaired by hand', '--by', 'bob'];
    const done = await typed(world, ...place, ...said, '--json');
    expect(done.code).toBe(0);
    expect(JSON.parse(done.out)).toEqual({
      what: '2.0.1 runs on web-1 of production/api: 2.0.0 stays active',
      ...{ applied: true, answer: 'done' },
    });
    const known = await world.hand.index.targetStatuses(API);
    expect([...known.values()].flatMap(({ version }) => version)).toContain('2.0.1');
    expect(await world.repairs.log(1)).toMatchObject([{ by: 'bob', reason: 'repaired by hand' }]);
  });
});
