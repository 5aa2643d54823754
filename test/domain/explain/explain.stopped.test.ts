import { describe, expect, test } from 'vitest';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import { v, web } from '../../support/fixtures.js';
import {
  APPROVED,
  GATE,
  REACHED,
  begun,
  call,
  commandsOf,
  deploy,
  explained,
  lived,
  planned,
  FIRST_STARTED,
} from './standing.js';

describe('a paused deployment', () => {
  const paused: PlanEvent = { type: 'deployment.paused', reason: 'look at it' };

  test('is held until somebody resumes it, and no deadline runs', () => {
    const deployment = lived(begun([deploy(1), deploy(2)]), 4_000, call(1), paused);
    const explanation = explained(deployment);
    expect(explanation).toMatchObject({
      state: 'paused',
      reason: 'look at it',
      step: { number: 1 },
      holds: [
        {
          kind: 'pause',
          reason: 'it is paused: look at it',
          since: 4_000,
          until: null,
          command: `signalbox resume ${deployment.id}`,
        },
      ],
      calls: [{ to: 'web-1' }],
      deadlines: [],
      next: 'once resumed, it goes on; then step 2: deploy web-2',
      nextAt: null,
    });
    expect(commandsOf(explanation)).toEqual(['resume', 'abort', 'abort', 'abort']);
  });

  test('still stands at its gate, whose timeout does not run', () => {
    const deployment = lived(begun([GATE]), 4_000, REACHED, paused);
    expect(explained(deployment).holds).toMatchObject([
      { kind: 'pause' },
      { kind: 'gate', until: null },
    ]);
  });

  test('may have been paused while it was verified', () => {
    const deployment = lived(begun([deploy(1)]), 4_000, { type: 'deployment.verifying' }, paused);
    expect(explained(deployment)).toMatchObject({
      step: null,
      holds: [{ kind: 'pause' }],
      next: 'once resumed, it is verified',
    });
  });
});

describe('a deployment that goes back', () => {
  const rollback: PlanEvent = {
    type: 'deployment.rollback_started',
    reason: 'web-2 failed',
    cause: 'failure',
  };
  const RESTORING: PlanEvent = {
    type: 'deployment.target_restoring',
    ...{ target: web(2), version: v('0.9.0'), fence: 2, worker: 'worker-2' },
  };
  const updated = (n: number): PlanEvent => ({
    type: 'deployment.target_updated',
    target: web(n),
    evidence: {},
  });

  test('says how many have the previous version, who is called and until when it may take', () => {
    const deployment = lived(
      begun([deploy(1, 2)]),
      4_000,
      call(1),
      updated(1),
      call(2),
      rollback,
      { type: 'deployment.target_restored', target: web(1), version: v('0.9.0'), evidence: {} },
      RESTORING,
    );
    expect(explained(deployment)).toMatchObject({
      reason: 'web-2 failed',
      holds: [],
      calls: [{ to: 'web-2', doing: 'restore', worker: 'worker-2' }],
      deadlines: [
        { kind: 'rollback_deadline', at: 3_604_000, outcome: 'the rollback is given up' },
      ],
      next: 'it is rolled back once all have 0.9.0 again: 1 of 2 targets have',
    });
  });

  test('of a deployment that changed no target has nothing to restore', () => {
    const deployment = lived(begun([deploy(1)]), 4_000, rollback);
    expect(explained(deployment).next).toBe('it is rolled back: no target was changed');
  });

  test('waits for its next try, or for the slot that another has by now', () => {
    const going = lived(begun([deploy(1)]), 4_000, call(1), updated(1), rollback);
    const failed: PlanEvent = {
      type: 'deployment.restore_retried',
      error: 'router away',
      attempt: 2,
      retryAt: 12_000,
    };
    expect(explained(lived(going, 5_000, failed))).toMatchObject({
      holds: [{ kind: 'retry', reason: 'the way back failed 2 times and is tried again' }],
      nextAt: 12_000,
    });
    expect(explained(lived(going, 5_000, failed), { now: 12_000 }).holds).toEqual([]);
    const { state } = going;
    const uncounted = { ...going, state: { ...state, waitUntil: 12_000 } } as typeof going;
    expect(explained(uncounted).holds).toMatchObject([
      { reason: 'the way back failed 0 times and is tried again' },
    ]);
    const other = explained(planned([])).id;
    const slot = {
      environment: going.environment,
      service: going.service,
      holder: other,
      waiting: [going.id],
    };
    expect(explained(going, { slot }).holds).toMatchObject([
      {
        kind: 'slot',
        since: 4_000,
        reason: `${other} is changing production/api; it is number 1 in line`,
      },
    ]);
  });

  test('goes back to nothing where nothing ran before', () => {
    const started: PlanEvent = FIRST_STARTED;
    const deployment = lived(planned([deploy(1)]), 2_000, APPROVED, started, call(1), rollback);
    expect(explained(deployment).next).toBe(
      'it is rolled back once all have nothing again: 0 of 1 targets have',
    );
  });
});
