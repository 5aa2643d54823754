import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { anId, eventsOf, v, web } from '../../support/fixtures.js';
import {
  APPROVED,
  call,
  commandsOf,
  deploy,
  explained,
  lived,
  planned,
  STARTED,
  TOLERANCE,
  FIRST_STARTED,
} from './standing.js';

const NOTHING = 'nothing more happens unless somebody asks for it';
const updated: readonly PlanEvent[] = [
  { type: 'deployment.target_started', target: web(1), fence: 1, worker: 'worker-1' },
  { type: 'deployment.target_updated', target: web(1), evidence: {} },
];
const begun = lived(planned([deploy(1), deploy(2)]), 2_000, APPROVED, STARTED, ...updated);

describe('a deployment that has ended', () => {
  test('that was completed can be taken back', () => {
    const explanation = explained(lived(begun, 5_000, { type: 'deployment.completed' }));
    expect(explanation).toMatchObject({
      state: 'completed',
      reason: null,
      step: null,
      holds: [],
      calls: [],
      deadlines: [],
      next: NOTHING,
      nextAt: null,
      options: [
        { command: `signalbox rollback --deployment ${begun.id}`, does: 'puts 0.9.0 back' },
      ],
    });
  });

  test('is offered neither a retry nor a rollback that would be refused', () => {
    const failed: PlanEvent = { type: 'deployment.failed', reason: 'stopped by ann', stoppedAt: 1 };
    const [completed, stopped] = [
      lived(begun, 5_000, { type: 'deployment.completed' }),
      lived(begun, 5_000, failed),
    ];
    const { environment, service } = begun;
    const newer = { environment, service, version: v('9.0.0'), since: 6_000 };
    const active = { ...newer, deploymentId: anId() };
    const declared = { version: v('9.0.0'), others: {}, missed: [], shares: null };
    const taken = { targets: new Map(), stable: [{ ...active, declared }], active };

    expect(commandsOf(explained(completed, { service: taken }))).toEqual([]);
    expect(commandsOf(explained(stopped, { service: taken }))).toEqual(['deploy']);
    expect(commandsOf(explained(completed))).toEqual(['rollback']);
  });

  test('that failed says why and where, and can go on there, back, or be tried again', () => {
    const failed: PlanEvent = { type: 'deployment.failed', reason: 'stopped by ann', stoppedAt: 1 };
    const explanation = explained(lived(begun, 5_000, failed));
    expect(explanation).toMatchObject({
      reason: 'stopped by ann',
      step: { number: 2, of: 2, what: 'deploy web-2' },
      next: NOTHING,
    });
    expect(commandsOf(explanation)).toEqual(['retry', 'rollback', 'deploy']);
  });

  test('that was ended by force says what is where, and that its open call is settled first', () => {
    const calling = lived(begun, 4_000, call(2));
    const explanation = explained(
      lived(calling, 5_000, ...eventsOf(calling, { type: 'force_end', by: 'ann', reason: 'hung' })),
    );
    expect(explanation).toMatchObject({
      state: 'failed',
      reason:
        'ended by force by ann: hung; 1.0.0 on web-1, an unknown version (its call has no end) on web-2',
      calls: [],
      next: `${NOTHING}; what comes next settles its open calls first`,
    });
    expect(commandsOf(explanation)).toEqual(['retry', 'rollback', 'deploy']);
  });

  test('that failed on its way back stands at no step', () => {
    const failed: PlanEvent = { type: 'deployment.failed', reason: 'could not restore web-1' };
    const explanation = explained(lived(begun, 5_000, failed));
    expect(explanation.step).toBeNull();
    expect(commandsOf(explanation)).toEqual(['rollback', 'deploy']);
  });

  test('that was rolled back or cancelled can be tried again from the start', () => {
    const back: PlanEvent = { type: 'deployment.rolled_back', reason: 'web-1', verification: null };
    const explanation = explained(lived(begun, 5_000, back));
    expect(explanation.options).toEqual([
      {
        command: 'signalbox deploy api 1.0.0 --environment production',
        does: 'tries the version again from the start',
      },
    ]);
    const cancelled: PlanEvent = { type: 'deployment.cancelled', reason: 'approval expired' };
    expect(explained(lived(planned([deploy(1)]), 5_000, cancelled))).toMatchObject({
      state: 'cancelled',
      reason: 'approval expired',
      next: NOTHING,
    });
  });

  test('of a first version has nothing to put back', () => {
    const first = lived(
      planned([deploy(1)], { removes: true }),
      2_000,
      APPROVED,
      FIRST_STARTED,
      ...updated,
    );
    expect(explained(first).options).toContainEqual({
      command: `signalbox abort ${first.id} --reason …`,
      does: 'stops it and puts nothing back',
    });
    expect(explained(lived(first, 5_000, { type: 'deployment.completed' })).options).toMatchObject([
      { does: 'puts nothing back' },
    ]);
  });
});

test('steps are told in the words of the plan, with many targets counted', () => {
  const steps: readonly Step[] = [
    { kind: 'check', targets: [web(1), web(2), web(3), web(4)], tolerance: TOLERANCE },
    { kind: 'retire', targets: [web(1)] },
  ];
  const deployment = lived(planned(steps), 2_000, APPROVED, STARTED);
  expect(explained(deployment)).toMatchObject({
    step: { what: 'check web-1, web-2, web-3 and 1 more' },
    next: 'then step 2: retire web-1',
  });
});
