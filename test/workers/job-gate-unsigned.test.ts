import { beforeEach, describe, expect, test } from 'vitest';
import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import { workJobId } from '../../src/contracts/jobs/work-job.js';
import { workOwed } from '../../src/domain/model/deployment/work-owed.js';
import { trustedQueues } from '../../src/producers/trusted-queues.js';
import { aDraft, after, anId } from '../support/fixtures.js';
import {
  acceptances,
  arrived,
  makeGate,
  newWorld,
  PLAN,
  reasonOf,
  sign,
  world,
} from './gate-world.js';

beforeEach(newWorld);

describe('an unsigned job', () => {
  test('is refused, whatever it asks for', async () => {
    const gate = await makeGate();
    world.stored = [aDraft().deployment];
    const deploymentId = world.stored[0]?.id;
    for (const [queue, data] of [
      ['plan', PLAN],
      ['rollback', { schema: 1, service: 'api' }],
      ['execute', { schema: 1, deploymentId }],
      ['verify', { schema: 1, deploymentId }],
      ['rollback', { schema: 1, deploymentId }],
    ] as const) {
      const reason = reasonOf(await gate.outcomeFor(arrived(data, { queue })));
      expect(reason).toMatch(/^signature: the job is not signed, and this worker/);
    }
  });

  test('is taken where the store says that it is owed, and only then', async () => {
    const gate = await makeGate();
    const draft = aDraft().deployment;
    const approved = after(draft, { type: 'approve', by: 'ann' });
    world.stored = [approved];
    const owed = workOwed(approved);
    if (!owed) throw new Error('nothing owed');
    const data = { schema: 1, deploymentId: approved.id };
    const about = (queue: QueueName, jobId: string) =>
      gate.outcomeFor(arrived(data, { queue, jobId }));

    expect(await about('execute', workJobId(owed))).toBeNull();
    const next = `${approved.id}.execute.${approved.run + 1}`;
    expect(reasonOf(await about('execute', next))).toMatch(/does not wait for it$/);
    expect(reasonOf(await about('rollback', workJobId(owed)))).toMatch(
      /^signature: the job is not signed/,
    );
    expect(reasonOf(await about('rollback', `${approved.id}.rollback.99`))).toMatch(
      /does not wait/,
    );

    world.stored = [draft];
    expect(reasonOf(await about('execute', workJobId(owed)))).toMatch(/does not wait for it$/);
    world.stored = [];
    expect(reasonOf(await about('execute', workJobId(owed)))).toMatch(
      /^deploymentId: no deployment/,
    );
  });

  test('that names one deployment in its id and another in its data is neither', async () => {
    const gate = await makeGate();
    const approved = after(aDraft().deployment, { type: 'approve', by: 'ann' });
    const other = { ...approved, id: anId() };
    world.stored = [approved, other];
    const owed = workOwed(approved);
    const jobId = owed ? workJobId(owed) : '';
    const job = arrived({ schema: 1, deploymentId: other.id }, { queue: 'execute', jobId });
    expect(reasonOf(await gate.outcomeFor(job))).toMatch(/^signature: the job is not signed/);
  });

  test('that was owed once ends as what became of its deployment, and nothing is done', async () => {
    const gate = await makeGate();
    const approved = after(aDraft().deployment, { type: 'approve', by: 'ann' });
    const cancelled = after(approved, { type: 'cancel', reason: 'no' });
    world.stored = [cancelled];
    const jobId = `${cancelled.id}.execute.${cancelled.run}`;
    const job = arrived({ schema: 1, deploymentId: cancelled.id }, { queue: 'execute', jobId });
    expect(await gate.outcomeFor(job)).toEqual({
      kind: 'done',
      result: { deploymentId: cancelled.id, state: 'cancelled' },
    });
  });

  test('of a worker that trusted for it is taken, as it was written', async () => {
    const memory = acceptances();
    const gate = await makeGate({}, memory);
    const job = arrived(PLAN, { jobId: 'promotion.pro_1' });
    const order: string[] = [];
    const queues = trustedQueues(
      {
        add: async (queue, _name, _data, { timestamp }) =>
          void order.push(`add ${queue} at ${timestamp}`),
      },
      { now: () => world.now },
      async (ref, digests) => {
        order.push(`vouch ${ref.jobId}`);
        await memory.vouch(ref, digests);
      },
    );
    await queues.add('plan', 'plan-deployment', PLAN, { jobId: 'promotion.pro_1' });
    expect(order).toEqual(['vouch promotion.pro_1', `add plan at ${world.now}`]);
    expect(await gate.outcomeFor(job)).toBeNull();
    const changed = arrived({ ...PLAN, version: '6' }, { jobId: 'promotion.pro_1' });
    expect(reasonOf(await gate.outcomeFor(changed))).not.toBe('taken');
  });

  test('is taken where signatures are not required, but a signature that is there must be right', async () => {
    const gate = await makeGate({ requireSignedJobs: false });
    expect(await gate.outcomeFor(arrived(PLAN))).toBeNull();
    expect(await gate.outcomeFor(arrived(sign(PLAN)))).toBeNull();
    const altered = { ...sign(PLAN), version: '6.6.6' };
    expect(reasonOf(await gate.outcomeFor(arrived(altered)))).toMatch(/^signature: it is not/);
  });
});
