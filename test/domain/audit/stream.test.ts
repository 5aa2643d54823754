import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { Snapshot } from '../../../src/domain/ports/audit-source.js';
import type { DeploymentEvent } from '../../../src/domain/ports/event-log.js';
import { anId } from '../../support/fixtures.js';
import { BEGIN } from '../../support/store-hand.js';
import { AuditWorld } from './world.js';

let world: AuditWorld;
beforeEach(() => {
  world = new AuditWorld();
});

/** The stream as this makes it, numbered anew where it is asked for. */
function rewritten(change: (events: readonly DeploymentEvent[]) => readonly DeploymentEvent[]) {
  const { events } = world.tape;
  events.splice(0, events.length, ...change([...events]));
}

const renumbered = (events: readonly DeploymentEvent[]): readonly DeploymentEvent[] =>
  events.map((event, at) => ({ ...event, id: `${at + 1}-0` }));

/** A stream that has lost what was before this event. */
const trimmed = (from: number) => rewritten((events) => events.slice(from - 1));

const notes = async () => (await world.audit()).notes;

describe('the stream of all', () => {
  test('has no gaps, up to the last event', async () => {
    await world.completed('1.0.0');
    const whole = [...world.tape.events];

    rewritten(() => whole.filter((_, at) => at !== 4 && at !== 5));
    expect(await world.found()).toContain('stream_dense: 2 missing from event 5 of all on');
    rewritten(() => whole);
    const frame = async () => ({ ...(await world.source.frame()), sequence: whole.length + 1 });
    expect(await world.found({ frame })).toContain(
      'stream_dense: 1 missing from event 13 of all on',
    );
  });

  test('goes on behind an end where a balancer is made up for', async () => {
    const id = await world.completed('1.0.0');
    await world.hand.give(id, { type: 'deployment.place_caught_up', place: 'lb-2', evidence: {} });

    expect(await world.found()).toEqual([]);
  });

  test('tells each event once', async () => {
    await world.completed('1.0.0');
    rewritten((events) => [...events.slice(0, 3), ...events.slice(2)]);

    expect(await world.found()).toEqual([
      'stream_dense: event 3 of all comes a second time',
      'stream_agrees: the stream goes on with event 3, not 4',
    ]);
  });

  test('tells what the deployments’ own events tell', async () => {
    await world.completed('1.0.0');
    rewritten((events) =>
      events.map((each) => (each.sequence === 3 ? { ...each, actor: 'eve' } : each)),
    );

    expect(await world.found()).toEqual([
      'stream_agrees: in the stream of all, actor is "eve", not "tester"',
    ]);
  });

  test('tells nothing that a deployment does not remember', async () => {
    const { id } = await world.hand.create({ approve: false });
    rewritten((events) => [...events, { ...events[0]!, id: '2-0', sequence: 9 }]);

    expect(await world.found()).toContain(
      'stream_agrees: event 9 (deployment.planned) is in the stream of all only',
    );
    world.state.deployments.delete(id);
    expect((await world.found()).filter((found) => found.includes('only'))).toEqual([]);
  });

  test('tells nothing of a deployment whose own events are lost', async () => {
    await world.hand.create({ approve: false });
    const recorded = async (places: readonly unknown[]) => places.map(() => null);

    expect(await world.found({ recorded })).toEqual([
      'stream_agrees: event 1 (deployment.planned) is in the stream of all only',
    ]);
  });

  test('tells the state after each event', async () => {
    await world.completed('1.0.0');
    rewritten((events) =>
      events.map((each) => (each.sequence === 3 ? { ...each, state: 'paused' } : each)),
    );

    expect(await world.found()).toEqual([
      'stream_agrees: the stream calls it paused: it is executing',
    ]);
  });

  test('can’t be told the state after an event of a kind that is not known', async () => {
    await world.completed('1.0.0');
    rewritten((events) =>
      events.map((each) => (each.sequence === 3 ? { ...each, type: 'new' } : each)),
    );

    expect(await world.found()).toEqual([
      'stream_agrees: in the stream of all, event.type is "new", not "deployment.started"',
    ]);
  });

  test('tells all that an open deployment remembers', async () => {
    await world.hand.create();
    rewritten((events) => events.slice(0, 1));

    expect(await world.found()).toEqual([
      'stream_agrees: the stream of all tells 1 of its 2 events',
    ]);
  });

  test('tells of every open deployment', async () => {
    await world.hand.create();
    const { id } = await world.hand.create();
    rewritten((events) => renumbered(events.filter((each) => each.deploymentId !== id)));

    expect(await world.found()).toEqual([
      'stream_agrees: the stream of all tells 0 of its 2 events',
    ]);
  });

  test('may have told the end of what was open when it was looked at', async () => {
    const { id } = await world.hand.create();
    const { source, hand } = world;
    async function* snapshots(ids: readonly DeploymentId[]): AsyncGenerator<readonly Snapshot[]> {
      for await (const group of source.snapshots(ids)) {
        const open = group.some((each) => each.kind === 'stored' && each.open);
        if (open) await hand.give(id, { type: 'cancel', reason: 'not needed' });
        yield group;
      }
    }

    expect(await world.found({ snapshots })).toEqual([]);
  });

  test('goes on with an ended deployment only where it is rolled back or retried', async () => {
    const id = await world.completed('1.0.0');
    const again = await world.completed('2.0.0');
    await world.hand.give(again, { type: 'rollback', reason: 'slow' });
    expect(await world.found()).toEqual([]);

    const verified = { type: 'deployment.verified', state: 'verifying' } as const;
    rewritten((events) => renumbered([...events, { ...events[10]!, ...verified, sequence: 11 }]));
    expect(await world.found()).toContain('stream_agrees: the stream goes on with event 11, not 1');
    expect(id).toBeDefined();
  });
});

describe('a stream that has been trimmed', () => {
  test('is judged from its oldest event on, and that is said', async () => {
    await world.completed('1.0.0');
    await world.completed('2.0.0');
    await world.hand.create({ version: '3.0.0' });
    expect(await notes()).toEqual([]);

    trimmed(8);
    expect(await world.found()).toEqual([]);
    expect(await notes()).toHaveLength(1);
    trimmed(world.tape.events.length);
    expect(await world.found()).toEqual([]);
  });

  test('of which nothing is left says nothing', async () => {
    await world.completed('1.0.0');
    rewritten(() => []);

    expect(await world.found()).toEqual([]);
    expect(await notes()).toHaveLength(1);
  });

  test('while it is read has no gap', async () => {
    await world.completed('1.0.0');
    await world.completed('2.0.0');
    const { oldest: _, ...frame } = await world.source.frame();
    let asked = 0;
    const source = {
      frame: async () => ({ ...frame, oldest: asked++ === 0 ? 1 : 5 }),
    };
    trimmed(5);

    expect(await world.found(source)).toEqual([]);
    asked = 0;
    expect((await world.audit(source)).notes).toHaveLength(1);
  });
});

describe('who changes a service', () => {
  test('does so alone', async () => {
    const first = await world.hand.create();
    const second = await world.hand.create();
    const { fence } = await world.hand.claimed(first.id);
    await world.hand.give(first.id, BEGIN, fence);
    await world.hand.give(second.id, BEGIN);

    expect((await world.found()).slice(0, 1)).toEqual([
      `one_at_a_time: deployment.started while ${first.id} is not done with the service`,
    ]);
  });

  test('has a fence that nobody had before', async () => {
    await world.completed('1.0.0');
    await world.completed('2.0.0');
    const fenced = (change: (fence: number) => number) =>
      rewritten((events) =>
        events.map((each) =>
          each.deploymentId === events.at(-1)?.deploymentId &&
          typeof each.data['fence'] === 'number'
            ? { ...each, data: { ...each.data, fence: change(each.data['fence']) } }
            : each,
        ),
      );

    fenced(() => 1);
    expect((await world.found()).find((found) => found.startsWith('fence'))).toMatch(
      /its fence 1 is also that of dep_\w+ by w1/,
    );
    fenced(() => 0);
    expect((await world.found()).find((found) => found.startsWith('fence'))).toMatch(
      /its fence is 0, after 1 was given to dep_\w+ by w1/,
    );
  });
});

test('one of the same id, made anew after retention let the first go, is judged by its own events', async () => {
  const id = anId();
  await world.hand.create({ id, at: 1_000, approve: false });
  await world.hand.give(id, { type: 'cancel', reason: 'not needed' });
  world.state.deployments.delete(id);

  await world.hand.create({ id, at: 5_000, version: '2.0.0' });

  expect(await world.found()).toEqual([]);
});
