import { describe, expect, test } from 'vitest';
import type { Invariant } from '../../src/domain/audit/finding.js';
import { deploymentId } from '../../src/domain/ids.js';
import { carryOut } from '../../src/domain/repair/carry-out.js';
import { examine } from '../../src/domain/repair/examine.js';
import { API } from '../support/fixtures.js';
import { LIMIT, repairWorld, type RepairWorld } from './repair-world.js';

const GONE = deploymentId('dep_0000000000gone');
const NOTE = { by: 'ada', reason: 'a hand slipped' };
const entry = (version: string, id: string): string =>
  JSON.stringify({ ...API, version, deploymentId: id, since: 1 });

type Damage = readonly [
  what: string,
  caughtBy: Invariant,
  harm: (world: RepairWorld) => Promise<unknown>,
];

const DAMAGE: readonly Damage[] = [
  [
    'a counter is off',
    'counters_exact',
    ({ client, keys }) => client.hincrby(keys.counters, 'completed', 2),
  ],
  [
    'two counters are off',
    'counters_exact',
    async ({ client, keys }) => {
      await client.hincrby(keys.counters, 'approved', -5);
      await client.hdel(keys.counters, 'executing');
    },
  ],
  [
    'a counter is no number',
    'counters_exact',
    ({ client, keys }) => client.hset(keys.counters, 'completed', 'many'),
  ],
  [
    'the history lost a deployment',
    'history_complete',
    ({ client, keys, good }) => client.zrem(keys.history, good),
  ],
  [
    'the history of a service lost one',
    'history_complete',
    ({ client, api, good }) => client.zrem(api.history, good),
  ],
  [
    'the history names one that is not there',
    'history_complete',
    ({ client, keys }) => client.zadd(keys.history, '1', GONE),
  ],
  [
    'an open one is not among the open ones',
    'open_complete',
    ({ client, keys, waiting }) => client.zrem(keys.open, waiting),
  ],
  [
    'an ended one is among the open ones',
    'open_complete',
    ({ client, keys, good }) => client.zadd(keys.open, '1', good),
  ],
  [
    'one that is not there is among the open ones',
    'open_complete',
    ({ client, keys }) => client.zadd(keys.open, '1', GONE),
  ],
  [
    'nobody looks after work that is owed',
    'due_complete',
    ({ client, keys, running }) => client.zrem(keys.due, running),
  ],
  [
    'somebody looks after one that has ended',
    'due_complete',
    ({ client, keys, good }) => client.zadd(keys.due, '1', good),
  ],
  [
    'somebody looks after one that is not there',
    'due_complete',
    ({ client, keys }) => client.zadd(keys.due, '1', GONE),
  ],
  [
    'one that has ended holds the slot',
    'slot_held',
    ({ client, api, good }) => client.hset(api.record, 'holder', good),
  ],
  [
    'one that is not there holds the slot',
    'slot_held',
    ({ client, api }) => client.hset(api.record, 'holder', GONE),
  ],
  [
    'one that is not there is first in line for the slot',
    'slot_held',
    ({ client, api }) => client.zadd(api.line, '-9', GONE),
  ],
  [
    'one that has ended is in line',
    'slot_held',
    ({ client, api, good }) => client.zadd(api.line, '-9', good),
  ],
  [
    'one that waits is not in line',
    'slot_held',
    ({ client, api, waiting }) => client.zrem(api.line, waiting),
  ],
  [
    'one that is under way lost its slot',
    'slot_held',
    ({ client, db }) => client.hdel(db.record, 'holder'),
  ],
  [
    'what is active is not there',
    'active_folded',
    ({ client, keys }) => client.hset(keys.active, 'production/api', entry('9', GONE)),
  ],
  [
    'what is active is an older one',
    'active_folded',
    ({ client, keys, good }) => client.hset(keys.active, 'production/api', entry('1.0.0', good)),
  ],
  [
    'nothing is active any more',
    'active_folded',
    ({ client, keys }) => client.hdel(keys.active, 'production/api'),
  ],
  [
    'what is active cannot be read',
    'active_folded',
    ({ client, keys }) => client.hset(keys.active, 'production/api', '{"version":'),
  ],
  [
    'something on a stack cannot be read',
    'active_folded',
    ({ client, api }) => client.rpush(api.stack, 'null'),
  ],
  [
    'a stack names one that is not there',
    'stack_folded',
    ({ client, api }) => client.rpush(api.stack, entry('0', GONE)),
  ],
  ['a stack is gone', 'stack_folded', ({ client, api }) => client.del(api.stack)],
  [
    'one that is not there counts against a limit',
    'limits_kept',
    ({ client, keys }) => client.sadd(`${keys.prefix}:limit:${LIMIT}`, GONE),
  ],
  [
    'one that is under way does not count against its limit',
    'limits_kept',
    ({ client, keys, running }) => client.srem(`${keys.prefix}:limit:${LIMIT}`, running),
  ],
  [
    'a record says another status than its state',
    'record_readable',
    ({ client, keys, good }) => client.hset(keys.deployment(good).record, 'status', 'failed'),
  ],
  [
    'the fence of a service was set back',
    'fence_rising',
    ({ client, api }) => client.hset(api.record, 'fence', '0'),
  ],
];

describe('a repair', () => {
  test('finds nothing to mend in a store that is as it should be', async () => {
    const { source, repairs } = await repairWorld();

    expect((await examine(source, repairs, 100)).prescriptions).toEqual([]);
  });

  test.each(DAMAGE)('mends it where %s', async (_, caughtBy, harm) => {
    const world = await repairWorld();
    const { source, repairs, dump } = world;
    await harm(world);
    const harmed = await dump();

    const { prescriptions } = await examine(source, repairs, 100);
    expect(prescriptions.map(({ finding }) => finding.invariant)).toContain(caughtBy);
    expect(await dump(), 'to look changes nothing').toBe(harmed);

    const { mended, after } = await carryOut(source, repairs, NOTE, 100);
    expect(after.prescriptions).toEqual([]);
    expect(mended.map(({ answer }) => answer)).toContain('done');
    const log = await repairs.log(100);
    expect(log).toHaveLength(mended.filter(({ answer }) => answer === 'done').length);
    expect(log[0]).toMatchObject({ ...NOTE, at: expect.any(Number), what: expect.any(String) });

    const whole = await dump();
    expect((await carryOut(source, repairs, NOTE, 100)).mended).toEqual([]);
    expect(await dump(), 'the second time there is nothing to mend').toBe(whole);
  });

  test('hands the slot of one that is gone to the next in line, whose work is owed at once', async () => {
    const { source, repairs, client, api, store, waiting, keys } = await repairWorld();
    await client.hset(api.record, 'holder', GONE);

    await carryOut(source, repairs, NOTE, 100);

    expect(await client.hget(api.record, 'holder')).toBe(waiting);
    expect((await store.load(waiting))?.run).toBe(2);
    expect(await client.zscore(keys.due, waiting)).not.toBeNull();
  });

  test('calls a version unknown that nothing vouches for any more', async () => {
    const { source, repairs, client, keys, better } = await repairWorld();
    await client.xtrim(keys.events, 'MAXLEN', 0);
    await client.hset(keys.active, 'production/api', entry('9', GONE));

    const { after } = await carryOut(source, repairs, NOTE, 100);

    expect(after.prescriptions).toEqual([]);
    const active = JSON.parse((await client.hget(keys.active, 'production/api')) ?? '');
    expect(active).toMatchObject({ version: null, deploymentId: better });
  });

  test('leaves a service alone that is being changed, and says by whom', async () => {
    const { source, repairs, client, db, running, keys, dump } = await repairWorld();
    await client.rpush(
      db.stack,
      JSON.stringify({ ...API, version: '0', deploymentId: GONE, since: 1 }),
    );
    const harmed = await dump();

    const { mended, after } = await carryOut(source, repairs, NOTE, 100);

    expect(mended).toEqual([]);
    expect(JSON.stringify(after.prescriptions)).toContain(
      `${running} changes the service: repair it when that has ended`,
    );
    expect(await dump()).toBe(harmed);
    expect(await client.exists(keys.repairLog)).toBe(0);
  });

  test('does nothing where things have moved on since they were looked at', async () => {
    const world = await repairWorld();
    const { source, repairs, client, keys, hand, waiting, api } = world;
    await client.zrem(keys.open, waiting);
    await client.hdel(keys.active, 'production/api');
    await client.zrem(api.line, waiting);
    await client.hincrby(keys.counters, 'completed', 1);
    const { prescriptions } = await examine(source, repairs, 100);
    const wanted = prescriptions.flatMap(({ remedies }) =>
      remedies.flatMap((each) => ('repair' in each ? [each.repair] : [])),
    );
    expect(wanted.map(({ kind }) => kind).toSorted()).toEqual([
      'active',
      'index',
      'recount',
      'slot',
    ]);
    await carryOut(source, repairs, NOTE, 100);
    await hand.give(waiting, {
      type: 'hold',
      hold: { kind: 'freeze', reason: 'x', until: null } as never,
    });
    const mended = await world.dump();

    for (const repair of wanted) {
      expect(await repairs.apply(repair, NOTE), repair.kind).toBe('changed');
    }
    expect(await world.dump()).toBe(mended);
  });

  test('says of what it cannot mend why', async () => {
    const { source, repairs, client, keys, good } = await repairWorld();
    await client.hset(keys.deployment(good).record, 'state', '{');
    await client.rpush(`${keys.prefix}:execute:wait`, `${GONE}.execute.1`);
    await client.rpop(keys.deployment(good).events);

    const { prescriptions } = await examine(source, repairs, 100);

    const said = JSON.stringify(prescriptions);
    expect(said).toContain('its record cannot be read');
    expect(said).toContain('a worker drops the job when its turn comes');
    expect(said).toContain('a record cannot be read, so that a recount may not be right');
  });
});
