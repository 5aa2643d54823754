import { describe, expect, test } from 'vitest';
import { fine } from '../../support/fake-services.js';
import { API, web } from '../../support/fixtures.js';
import { behindTwo, bold, CALL, gone, hangs, never, THIRDS } from './balancer-pair.js';

describe('a service behind two balancers of which one is enough', () => {
  test('is deployed through the one that answers, and who missed it is on record', async () => {
    const world = await behindTwo();
    world.faults[1] = () => gone;
    const before = world.two.requests.length;
    const ended = await world.live('2.0.0');

    expect(ended.state.status).toBe('completed');
    expect(await world.sharesAt(world.one)).toEqual(THIRDS);
    const asked = world.two.requests.slice(before).map(({ method }) => method);
    expect(new Set(asked)).toEqual(new Set(['look']));
    const missed = [{ place: 'lb-2', leftWith: null }];
    expect(await world.behind()).toEqual([missed, missed, missed]);
    const events = await world.index.events(ended.id);
    const seen = events.flatMap(({ event }) =>
      event.type === 'deployment.router_seen' ? [event.targets['web-1']?.away] : [],
    );
    expect(seen).toEqual([['lb-2']]);
    const drained = events.find(({ event }) => event.type === 'deployment.target_drained');
    expect(drained?.event).toMatchObject({ evidence: { places: 1, away: 'lb-2' } });
  });

  test('waits while neither answers', async () => {
    const world = await behindTwo();
    world.faults[0] = () => gone;
    world.faults[1] = () => hangs;
    const { id } = await world.planned({ version: '2.0.0' });
    await world.orchestrator.advance('execute', id);

    expect((await world.load(id)).progress.hold?.reason).toBe(
      "the router cannot be asked: 2 of 2 places of the router can't be asked, and 1 of 2 must answer: lb-1: no answer; lb-2: no answer yet",
    );
  });

  test('brings the one that is back to the same by the next step of the same deployment', async () => {
    const world = await behindTwo();
    world.faults[1] = () => gone;
    let called = 0;
    world.driver.onApply = async () => {
      called += 1;
      if (called === 2) {
        world.faults[1] = () => null;
        // It was started anew, and gives one target everything.
        world.two.forget(API);
        await world.two.setShares(CALL, { 'web-1': 1 }, never());
      }
      return fine;
    };
    const ended = await world.live('2.0.0');

    expect(ended.state.status).toBe('completed');
    expect(await world.sharesAt(world.two)).toEqual(THIRDS);
    expect([...world.two.drained(API)]).toEqual([]);
  });

  test.each(['drain', 'ready'] as const)(
    'goes on without the one that goes away in the middle of %s, and gives back there later what it had drained',
    async (method) => {
      const world = await behindTwo();
      let lost = false;
      world.faults[1] = (asked) => {
        if (asked.method === method) lost = true;
        return lost ? gone : null;
      };
      const ended = await world.live('2.0.0');

      expect(ended.state.status).toBe('completed');
      expect(await world.sharesAt(world.one)).toEqual(THIRDS);
      expect([...world.one.drained(API)]).toEqual([]);
      const drained = { place: 'lb-2', leftWith: 'drained' };
      expect((await world.behind()).flat()).toContainEqual(drained);
      world.faults[1] = () => null;
      expect((await world.live('3.0.0')).state.status).toBe('completed');
      expect([...world.two.drained(API)]).toEqual([]);
      expect(await world.sharesAt(world.two)).toEqual(THIRDS);
      expect(await world.behind()).toEqual([[], [], []]);
    },
  );

  test('goes on without one that hangs in mid-change, and counts no target as failed', async () => {
    const world = await behindTwo();
    let lost = false;
    world.faults[1] = (asked) => {
      if (asked.method === 'drain') lost = true;
      return lost ? hangs : null;
    };
    const ended = await world.live('2.0.0');

    expect(ended.state.status).toBe('completed');
    const events = await world.index.events(ended.id);
    expect(events.map(({ event: { type } }) => type)).not.toContain('deployment.target_failed');
  });

  test('keeps the drain that a person set at the one that was away', async () => {
    const world = await behindTwo(bold);
    world.faults[1] = () => gone;
    await world.live('2.0.0');
    world.faults[1] = () => null;
    await world.two.drain(CALL, web(2), never());
    expect((await world.live('3.0.0')).state.status).toBe('completed');

    expect([...world.two.drained(API)]).toEqual(['web-2']);
    expect([...world.one.drained(API)]).toEqual([]);
  });
});
