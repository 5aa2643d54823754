import { givenUp } from '../../../src/domain/plan/machine/failure.js';
import { beforeEach, describe, expect, test } from 'vitest';
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

describe('limits', () => {
  test('count who is under way, and nobody else', async () => {
    const id = await world.limited('1.0.0');
    await world.hand.claimed(id);
    await world.hand.give(id, BEGIN);

    expect(await world.found()).toEqual([]);
    expect(await shown(() => ({ counted: [] }))).toEqual([
      'limits_kept: it is executing, and does not count against k',
    ]);
    await world.hand.give(id, givenUp('broken'));
    expect(await shown(() => ({ counted: ['k'] }))).toEqual([
      'limits_kept: it is failed, and still counts against k',
    ]);
    await world.hand.create({ approve: false });
    const draft = await shown(({ status }) => (status === 'draft' ? { counted: ['k'] } : {}));
    expect(draft).toEqual([]);
  });

  test('are not passed, and name nobody without a record', async () => {
    const id = await world.limited('1.0.0');
    const other = anId();
    const limits = () =>
      pagesOf([
        { key: 'k', members: [id, other] },
        { key: 'of nobody', members: [id] },
      ]);

    expect(await world.found({ limits })).toEqual([
      'limits_kept: 2 count against k, which allows 1',
      'limits_kept: it counts against k and has no record',
    ]);
  });
});

describe('counters', () => {
  test('are compared with a recount', async () => {
    await world.completed('1.0.0');
    const frame = async () => ({
      ...(await world.source.frame()),
      counters: { completed: 2, draft: -1 },
    });

    expect(await world.found({ frame })).toEqual([
      'counters_exact: -1 are counted as draft: a recount gives 0',
      'counters_exact: 2 are counted as completed: a recount gives 1',
    ]);
  });

  test('and what happens during the audit is told apart', async () => {
    const first = await world.completed('1.0.0');
    const { id } = await world.hand.create({ version: '2.0.0' });
    let moved = false;
    const history = async function* () {
      if (!moved) {
        moved = true;
        await world.hand.give(id, { type: 'cancel', reason: 'not needed' });
        await world.hand.create({ version: '3.0.0' });
      }
      yield [first, id, ...[...world.state.deployments.keys()].slice(2)];
    };

    const told: number[] = [];
    const report = await world.audit({ history }, { progress: (count) => told.push(count) });

    expect(report.findings).toEqual([]);
    expect(report.looked.deployments).toBe(3);
    expect(told).toEqual([3]);
  });
});

describe('counters, where retention lets deployments go,', () => {
  /** The counters go on counting `gone` of them; `later` of them went since the counters were read. */
  const letGo = (gone: number, later: number, counters: Readonly<Record<string, number>>) => {
    let asked = 0;
    const frame = async () => {
      asked += 1;
      const trimmed = { completed: asked === 1 ? gone : gone + later };
      return { ...(await world.source.frame()), counters, trimmed };
    };
    return { frame };
  };

  test('are a recount and what went', async () => {
    await world.completed('1.0.0');

    const report = await world.audit(letGo(7, 0, { completed: 8 }));

    expect(report).toMatchObject({ clean: true, findings: [] });
    expect(report.notes).toEqual([
      'retention has let 7 deployments go: of them, only their number is known',
    ]);
    expect(await world.found(letGo(7, 0, { completed: 9 }))).toEqual([
      'counters_exact: 9 are counted as completed: a recount gives 8 with the 7 that were pruned',
    ]);
    expect(await world.found(letGo(7, 0, { completed: 7 }))).toHaveLength(1);
  });

  test('may miss what went during the audit, and no more', async () => {
    await world.completed('1.0.0');

    expect(await world.found(letGo(0, 2, { completed: 1 }))).toEqual([]);
    expect(await world.found(letGo(0, 2, { completed: 3 }))).toEqual([]);
    expect(await world.found(letGo(0, 2, { completed: 4 }))).toEqual([
      'counters_exact: 4 are counted as completed: a recount gives 1 to 3',
    ]);
    expect(await world.found(letGo(0, 2, { completed: 0 }))).toHaveLength(1);
  });

  test.each([
    ['may miss what first went on and then went', { cancelled: 1 }, []],
    [
      'miss nothing that only went on',
      {},
      ['counters_exact: 1 are counted as draft: a recount gives 0'],
    ],
  ])('%s during the audit', async (_, trimmed, wanted) => {
    const { id } = await world.hand.create({ approve: false });
    let asked = 0;
    const counters = { draft: 1 };
    const frame = async () => {
      const now = asked++ === 0 ? {} : trimmed;
      return { ...(await world.source.frame()), counters, trimmed: now };
    };
    const history = async function* () {
      await world.hand.give(id, { type: 'cancel', reason: 'not needed' });
      yield [anId()];
    };

    expect(await world.found({ frame, history })).toEqual(wanted);
  });
});

describe('jobs', () => {
  test('are of deployments that owe or owed them; others are nobody’s business', async () => {
    const { id } = await world.hand.create();
    const other = anId();
    const jobs = () =>
      pagesOf(
        [`${id}.execute.1`, `${id}.execute.2`],
        ['job_1', 'x.verify.1', `${other}.rollback.1`],
      );

    expect(await world.found({ jobs })).toEqual([
      `jobs_known: job ${id}.execute.2 is of run 2: there were only 1`,
      `jobs_known: job ${other}.rollback.1 is of a deployment that has no record`,
    ]);
    expect((await world.audit({ jobs })).looked.jobs).toBe(5);
  });
});

describe('findings', () => {
  test('are all counted; of each kind the first are kept', async () => {
    for (let n = 0; n < 5; n++) await world.hand.create({ approve: false });
    const asked = world.deploymentsAs((each) => ({ ...each, open: false }));

    const report = await world.audit(asked, { most: 2 });

    expect(report.clean).toBe(false);
    expect(report.counts).toEqual({ open_complete: 5 });
    expect(report.findings).toHaveLength(2);
  });
});
