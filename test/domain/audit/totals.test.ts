import { beforeEach, describe, expect, test } from 'vitest';
import type { StoredDeployment } from '../../../src/domain/ports/audit-source.js';
import { anId } from '../../support/fixtures.js';
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
    await world.hand.give(id, { type: 'begin', previous: null });

    expect(await world.found()).toEqual([]);
    expect(await shown(() => ({ counted: [] }))).toEqual([
      'limits_kept: it is executing, and does not count against k',
    ]);
    await world.hand.give(id, { type: 'give_up', reason: 'broken' });
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
