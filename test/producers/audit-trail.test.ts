import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { describe, expect, test } from 'vitest';
import { MemoryFreezes } from '../../src/adapters/memory/memory-freezes.js';
import { MemoryDeploymentIndex } from '../../src/adapters/memory/memory-index.js';
import { emptyState, serviceRow } from '../../src/adapters/memory/memory-state.js';
import { MemoryDeploymentStore } from '../../src/adapters/memory/memory-store.js';
import { serviceKey } from '../../src/domain/model/ids.js';
import type { CommandType } from '../../src/domain/plan/machine/plan-command.js';
import type { PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { DeploymentProducer } from '../../src/producers/deployment-producer.js';
import { FreezeProducer } from '../../src/producers/freeze-producer.js';
import { awaiting } from '../domain/plan/states.js';
import { API } from '../support/fixtures.js';
import { VirtualClock } from '../support/virtual-clock.js';

const WHY = 'the disk is full';

/** A producer on a store with one deployment in it, and what its events are from then on. */
async function given(type: CommandType, status: PlanStatus) {
  const clock = new VirtualClock(5_000);
  const state = emptyState();
  const store = new MemoryDeploymentStore(state, clock);
  const deployment = awaiting(type, status);
  await store.create(deployment, []);
  const { previous, declared } = deployment;
  // What it went over is active still: nobody deployed anything else meanwhile.
  if (previous !== null && declared !== null)
    serviceRow(state, deployment).stable = [{ ...API, ...previous, since: 0, declared }];
  const producer = new DeploymentProducer({
    store,
    clock,
    freezes: { list: async () => [] },
    calendar: rruleCalendar,
    queues: { add: async () => {} },
    publish: async () => {},
    newJobId: () => 'job_1',
    close: async () => {},
  });
  const { id } = deployment;
  const events = () => new MemoryDeploymentIndex(state).events(id);
  return { producer, id, events };
}

type Give = (producer: DeploymentProducer, id: string, by: string) => Promise<unknown>;

/** Every command of a producer, in a state that allows it; `reason` where one is asked for. */
const COMMANDS: readonly [string, CommandType, PlanStatus, Give, { reason: boolean }][] = [
  ['approve', 'approve', 'draft', (p, id, by) => p.approve(id, by), { reason: false }],
  ['cancel', 'cancel', 'draft', (p, id, by) => p.cancel(id, WHY, by), { reason: true }],
  ['promote', 'promote', 'executing', (p, id, by) => p.promote(id, by), { reason: false }],
  ['pause', 'pause', 'executing', (p, id, by) => p.pause(id, WHY, by), { reason: true }],
  ['resume', 'resume', 'paused', (p, id, by) => p.resume(id, by), { reason: false }],
  ['abort', 'abort', 'executing', (p, id, by) => p.abort(id, WHY, by), { reason: true }],
  [
    'halt',
    'halt',
    'executing',
    (p, id, by) => p.abort(id, WHY, by, { rollback: false }),
    { reason: true },
  ],
  [
    'force',
    'force_end',
    'executing',
    (p, id, by) => p.abort(id, WHY, by, { force: true }),
    { reason: true },
  ],
  ['override', 'override', 'approved', (p, id, by) => p.override(id, WHY, by), { reason: true }],
];

describe('every command leaves who gave it, and why', () => {
  test.each(COMMANDS)('%s', async (_, type, status, give, { reason }) => {
    const { producer, id, events } = await given(type, status);
    await give(producer, id, 'ann');
    const left = await events();
    expect(left.length).toBeGreaterThan(0);
    expect(new Set(left.map(({ actor }) => actor))).toEqual(new Set(['ann']));
    if (reason) expect(JSON.stringify(left)).toContain(WHY);
  });

  test.each(COMMANDS)('%s is refused without a name', async (_, type, status, give) => {
    const { producer, id, events } = await given(type, status);
    for (const by of ['', ' ', 'ann\nbob', 'a'.repeat(201)]) {
      await expect(give(producer, id, by)).rejects.toThrow(/^by: /);
    }
    expect(await events()).toEqual([]);
  });

  const SAID: readonly [string, CommandType, PlanStatus, Give][] = [
    ['approve', 'approve', 'draft', (p, id, by) => p.approve(id, by, { reason: WHY })],
    ['promote', 'promote', 'executing', (p, id, by) => p.promote(id, by, { reason: WHY })],
    ['resume', 'resume', 'paused', (p, id, by) => p.resume(id, by, { reason: WHY })],
    ['retry', 'retry', 'failed', (p, id, by) => p.retry(id, by, { reason: WHY })],
  ];

  test.each(SAID)('%s keeps a reason where one is given', async (_, type, status, give) => {
    const { producer, id, events } = await given(type, status);
    await give(producer, id, 'ann');
    expect(await events()).toContainEqual(
      expect.objectContaining({ actor: 'ann', event: expect.objectContaining({ reason: WHY }) }),
    );
  });

  test('an end by force is marked as one', async () => {
    const { producer, id, events } = await given('force_end', 'rolling_back');
    expect(await producer.abort(id, WHY, 'ann', { force: true })).toBe('failed');
    expect(await events()).toMatchObject([
      { actor: 'ann', event: { type: 'deployment.failed', forced: true } },
    ]);
  });

  test('retry', async () => {
    const { producer, id, events } = await given('halt', 'executing');
    await producer.abort(id, WHY, 'ann', { rollback: false });
    await producer.retry(id, 'bob');
    expect((await events()).at(-1)).toMatchObject({
      actor: 'bob',
      event: { type: 'deployment.retried', by: 'bob' },
    });
  });

  test('what asks for a reason is refused without one', async () => {
    const { producer, id, events } = await given('pause', 'executing');
    await expect(producer.pause(id, ' ', 'ann')).rejects.toThrow('reason: expected a reason');
    await expect(producer.abort(id, '', 'ann')).rejects.toThrow(/^reason: /);
    await expect(producer.abort(id, 'a\u001b[2J', 'ann')).rejects.toThrow(/^reason: /);
    expect(await events()).toEqual([]);
  });
});

describe('every act on freezes leaves who did it, and why it stood', () => {
  const HELD = { reason: 'web-1 failed', since: 1, deploymentId: 'dep_bad' };

  test('freeze, unfreeze and releasing automation', async () => {
    const clock = new VirtualClock(1_000);
    const freezes = new MemoryFreezes(new Map([[serviceKey(API), HELD]]), clock);
    const producer = new FreezeProducer({ freezes, clock, newFreezeId: () => 'frz_1' });
    await producer.freeze({ reason: WHY, by: 'ann' });
    await producer.unfreeze('frz_1', 'bob');
    await producer.releaseAutomation(API, 'cleo');

    expect(await freezes.records(10)).toMatchObject([
      { type: 'automation_released', by: 'cleo', reason: 'web-1 failed' },
      { type: 'unfrozen', subject: 'frz_1', by: 'bob', reason: WHY },
      { type: 'frozen', subject: 'frz_1', by: 'ann', reason: WHY },
    ]);
    await expect(producer.unfreeze('frz_1', '')).rejects.toThrow(/^by: /);
    await expect(producer.releaseAutomation(API, ' ')).rejects.toThrow(/^by: /);
  });
});
