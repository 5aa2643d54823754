import { beforeEach, describe, expect, test } from 'vitest';
import { fleetOf } from './fleet.js';
import { floorOfService } from './floors.js';
import { RouterHost } from './router-host.js';

const fleet = fleetOf(10);
// Three targets, of which two must have traffic.
const gated = fleet.filter(({ routed }) => routed).find(({ service }) => service === 'gated-3');
if (gated === undefined) throw new Error('the fleet has no gated service');
const [first, second, third] = gated.targets.map(({ id }) => id as string);
const WORKER = 'worker-4711-0a1b';

let router: RouterHost;
beforeEach(() => (router = new RouterHost(fleet)));

const call = (method: string, target = '', shares = {}): unknown =>
  router.call(method, { call: gated, shares, target, worker: WORKER });
const kinds = (): readonly string[] => router.judged().faults.map(({ kind }) => kind);

describe('the router of the chaos run', () => {
  test('has a floor to guard', () => {
    expect(floorOfService(gated)).toBe(2);
  });

  test('says nothing of one taken out at a time', () => {
    call('look');
    call('drain', first);
    router.applied('begin', gated.service, { target: `${first}`, version: 'v1', by: WORKER });
    router.applied('end', gated.service, { target: `${first}`, version: 'v1', by: WORKER });
    call('ready', first);
    router.sample();

    expect(router.judged()).toMatchObject({ low: 0, faults: [] });
  });

  test('finds the floor broken when it happens, and in the next sample', () => {
    call('look');
    call('drain', first);
    call('drain', second);
    router.sample();
    router.sample();

    expect(kinds()).toEqual(['floor', 'too few have traffic']);
    expect(router.judged().low).toBe(2);
  });

  test('finds a target called that was not drained', () => {
    call('look');
    router.applied('begin', gated.service, { target: `${first}`, version: 'v1', by: WORKER });

    expect(kinds()).toEqual(['applied in rotation']);
  });

  test('charges nobody who looked between what a person did there and undid', () => {
    call('look');
    router.move(gated.service, { kind: 'drain', target: 0 });
    // Just woken: what it asks may be late, and what it is told is so all the same.
    router.woke(4711);
    call('look');
    router.move(gated.service, { kind: 'ready', target: 0 });
    router.applied('begin', gated.service, { target: `${first}`, version: 'v1', by: WORKER });

    expect(kinds()).toEqual([]);
  });

  test('charges nobody with what a person did, but with going on', () => {
    router.move(gated.service, { kind: 'maint', target: 0 });
    router.move(gated.service, { kind: 'kill', target: 1 });
    router.sample();
    expect(router.judged()).toMatchObject({ low: 1, faults: [] });

    call('look');
    call('drain', third);
    expect(kinds()).toEqual(['floor']);
  });

  test('charges nobody with what could not be known yet', () => {
    call('look');
    router.move(gated.service, { kind: 'maint', target: 0 });
    call('drain', second);
    router.sample();

    expect(router.judged()).toMatchObject({ low: 1, faults: [] });
  });

  test('finds maintenance lifted that was there to be seen', () => {
    router.move(gated.service, { kind: 'maint', target: 0 });
    call('look');
    call('ready', first);

    expect(kinds()).toEqual(['admitted what is held out']);
  });

  test('counts a call of a worker that stood still as the world’s, and lifts its drain', () => {
    call('look');
    call('drain', first);
    router.woke(4711);
    call('drain', second);
    router.sample();
    expect(router.judged()).toMatchObject({ late: 1, low: 1, faults: [] });

    router.lift();
    const { targets: table } = router.tableOf(gated.service);
    expect([first, second].map((id) => table[`${id}`]?.drained)).toEqual([true, false]);
  });
});
