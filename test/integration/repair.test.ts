import { describe, expect, test } from 'vitest';
import { carryOut } from '../../src/domain/repair/carry-out.js';
import { examine } from '../../src/domain/repair/examine.js';
import { API } from '../support/fixtures.js';
import { DAMAGE, entry, GONE } from './repair-damage.js';
import { repairWorld } from './repair-world.js';

const NOTE = { by: 'ada', reason: 'a hand slipped' };
describe('a repair', () => {
  test('finds nothing to repair in a store that is as it should be', async () => {
    const { source, repairs } = await repairWorld();

    expect((await examine(source, repairs, 100)).prescriptions).toEqual([]);
  });

  test.each(DAMAGE)('repairs it where %s', async (_, caughtBy, harm) => {
    const world = await repairWorld();
    const { source, repairs, dump } = world;
    await harm(world);
    const harmed = await dump();

    const { prescriptions } = await examine(source, repairs, 100);
    expect(prescriptions.map(({ finding }) => finding.invariant)).toContain(caughtBy);
    expect(await dump(), 'to look changes nothing').toBe(harmed);

    const { repaired, after } = await carryOut(source, repairs, NOTE, 100);
    expect(after.prescriptions).toEqual([]);
    expect(repaired.map(({ answer }) => answer)).toContain('done');
    const log = await repairs.log(100);
    expect(log).toHaveLength(repaired.filter(({ answer }) => answer === 'done').length);
    expect(log[0]).toMatchObject({ ...NOTE, at: expect.any(Number), what: expect.any(String) });

    const whole = await dump();
    expect((await carryOut(source, repairs, NOTE, 100)).repaired).toEqual([]);
    expect(await dump(), 'the second time there is nothing to repair').toBe(whole);
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
    const { source, repairs, client, keys, better, store } = await repairWorld();
    await client.xtrim(keys.events, 'MAXLEN', 0);
    await client.hset(keys.active, 'production/api', entry('9', GONE));

    const { revision } = await store.service(API);
    const { after } = await carryOut(source, repairs, NOTE, 100);

    expect(after.prescriptions).toEqual([]);
    expect((await store.service(API)).revision).toBe(revision + 1);
    const active = JSON.parse((await client.hget(keys.active, 'production/api')) ?? '');
    expect(active).toMatchObject({ version: null, deploymentId: better });
  });

  test('leaves a service alone that is being changed, and says by whom', async () => {
    const { source, repairs, client, db, running, keys, dump } = await repairWorld();
    await client.rpush(
      db.stable,
      JSON.stringify({ ...API, version: '0', deploymentId: GONE, since: 1 }),
    );
    const harmed = await dump();

    const { repaired, after } = await carryOut(source, repairs, NOTE, 100);

    expect(repaired).toEqual([]);
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
    const repaired = await world.dump();

    for (const repair of wanted) {
      expect(await repairs.apply(repair, NOTE), repair.kind).toBe('changed');
    }
    expect(await world.dump()).toBe(repaired);
  });

  test('says of what it cannot repair why', async () => {
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
