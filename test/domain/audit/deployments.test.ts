import { beforeEach, describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { StoredDeployment } from '../../../src/domain/ports/audit-source.js';
import { anId } from '../../support/fixtures.js';
import { BEGIN } from '../../support/store-hand.js';
import { AuditWorld, pagesOf } from './world.js';

let world: AuditWorld;
beforeEach(() => {
  world = new AuditWorld();
});

const shown = (change: (snapshot: StoredDeployment) => Partial<StoredDeployment>) =>
  world.found(world.deploymentsAs((snapshot) => ({ ...snapshot, ...change(snapshot) })));

describe('a record', () => {
  beforeEach(async () => {
    await world.completed('1.0.0');
  });

  test('that says of itself what its head does not is found', async () => {
    expect(await shown(() => ({ status: 'executing' }))).toEqual([
      'record_readable: its field status is "executing", not "completed"',
    ]);
    expect(await shown(() => ({ service: 'production/web' }))).toEqual([
      'record_readable: its field service is "production/web", not "production/api"',
    ]);
  });

  test('that cannot be read is found', async () => {
    const problem = 'cannot be read: SyntaxError';
    const asked = world.deploymentsAs(({ id }) => ({ id, kind: 'unreadable', problem }));

    expect(await world.found(asked)).toContain(`record_readable: ${problem}`);
  });

  test('that is gone is found where the history names it, and passed over where it does not', async () => {
    const gone = (listed: boolean) =>
      world.found(world.deploymentsAs(({ id }) => ({ id, kind: 'missing', listed })));

    expect(await gone(true)).toContain(
      'history_complete: the history names it, and it has no record',
    );
    expect((await gone(false)).filter((found) => found.startsWith('history'))).toEqual([]);
  });

  test('that is not what its events make it is found, with where it differs', async () => {
    expect(
      await shown(({ deployment }) => ({ deployment: { ...deployment, succeeded: false } })),
    ).toEqual(['state_folded: stored, succeeded is false, not true']);
  });

  test('that lacks events, or has too many, is found', async () => {
    expect(await shown(({ events }) => ({ events: events.slice(0, -1) }))).toContain(
      'events_dense: it has 11 events at revision 12',
    );
  });

  test('with a transition that the machine does not make is found', async () => {
    const found = await shown(({ events }) => ({
      events: events.map((each) =>
        each.event.type === 'deployment.started'
          ? { ...each, event: { type: 'deployment.resumed' } }
          : each,
      ),
    }));
    expect(found[0]).toBe('transition_legal: deployment.resumed was written while it was approved');
  });

  test('whose fences fall, or are newer than its last claim, is found', async () => {
    const fenced = (first: number) =>
      shown(({ events }) => ({
        events: events.map((each) =>
          each.sequence === 4 && each.event.type === 'deployment.target_started'
            ? { ...each, event: { ...each.event, fence: first } }
            : each,
        ),
      }));

    const found = await fenced(2);
    expect(found).toContain('fence_rising: its fence falls from 2 to 1');
    expect(found).toContain('fence_rising: an event has fence 2, its last claim only 1');
  });
});

describe('the indexes', () => {
  test('must name an open deployment, and look after its work', async () => {
    await world.hand.create();

    expect(
      await shown(() => ({ listed: false, listedByService: false, open: false, due: false })),
    ).toEqual([
      'history_complete: the history does not name it',
      'history_complete: the history of its service does not name it',
      'open_complete: it is approved, and not open by the index',
      'due_complete: it is approved, and nobody will look after it',
    ]);
  });

  test('must not go on naming one that has ended', async () => {
    await world.completed('1.0.0');

    expect(await shown(() => ({ open: true, due: true }))).toEqual([
      'open_complete: it is completed, and open by the index',
      'due_complete: it is completed and owes nothing, and is still looked after',
    ]);
  });

  test('may look after one that is paused, as long as its lease is kept', async () => {
    const { id } = await world.hand.create();
    await world.hand.claimed(id);
    await world.hand.give(id, BEGIN);
    await world.hand.give(id, { type: 'pause', reason: 'lunch' });

    expect(await shown(() => ({ due: true }))).toEqual([]);
    expect(await shown(() => ({ due: false }))).toEqual([]);
  });

  test('may lack a record that came to the history in the meantime, and no other', async () => {
    const { id } = await world.hand.create();
    const unlisted = () => pagesOf([id, id], [id]);

    expect(await world.found({ unlisted })).toEqual([]);
    const asked = world.deploymentsAs((each) => ({ ...each, listed: false }));
    const history = () => pagesOf<DeploymentId>();
    expect(await world.found({ ...asked, unlisted, history })).toEqual([
      'history_complete: the history does not name it',
    ]);
  });

  test('must not name what has no record', async () => {
    const id = anId();
    const indexed = () =>
      pagesOf([
        { index: 'due' as const, id },
        { index: 'open' as const, id },
      ]);

    expect(await world.found({ indexed })).toEqual([
      'due_complete: the index of due deployments names one that has no record',
      'open_complete: the index of open deployments names one that has no record',
    ]);
  });
});

describe('the slot', () => {
  test('is held by who changes the service', async () => {
    const { id } = await world.hand.create();
    await world.hand.claimed(id);
    await world.hand.give(id, BEGIN);

    expect(await shown(() => ({ holds: false }))).toEqual([
      'slot_held: it is executing, and does not hold the slot of its service',
    ]);
    expect(await shown(() => ({ inLine: true }))).toEqual([
      'slot_held: it is executing, and both holds and waits for the slot of its service',
    ]);
  });

  test('is held or waited for by who was approved, unless it is held back', async () => {
    const { id } = await world.hand.create();
    const away = { holds: false, inLine: false };
    const lost =
      'slot_held: it is approved, and neither holds nor waits for the slot of its service';

    expect(await shown(() => away)).toEqual([lost]);
    const hold = { kind: 'freeze', reason: 'frozen', until: null, liftedBy: 'ann' } as const;
    await world.hand.give(id, { type: 'hold', hold });
    expect(await shown(() => away)).toEqual([]);
  });

  test('is held or waited for by who is being rolled back', async () => {
    const id = await world.completed('1.0.0');
    const next = await world.completed('2.0.0');
    await world.hand.give(next, { type: 'rollback', reason: 'slow' });

    expect(await world.found()).toEqual([]);
    expect(await shown((each) => (each.id === id ? {} : { holds: false, inLine: false }))).toEqual([
      'slot_held: it is rolling_back, and neither holds nor waits for the slot of its service',
    ]);
  });

  test('is left by who has ended', async () => {
    await world.completed('1.0.0');

    expect(await shown(() => ({ holds: true }))).toEqual([
      'slot_held: it is completed, and still holds the slot of its service',
    ]);
    expect(await shown(() => ({ inLine: true }))).toEqual([
      'slot_held: it is completed, and still waits for the slot of its service',
    ]);
  });
});
