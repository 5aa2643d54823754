import { describe, expect, test } from 'vitest';
import { simulationView } from '../../src/contracts/views/simulation-view.js';
import { targetId } from '../../src/domain/model/ids.js';
import { newDeployment } from '../../src/domain/manager/new-deployment.js';
import { compilePlan } from '../../src/domain/plan/compile/compile-plan.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import { anId, API, aPlanInput, fold, record, v } from '../support/fixtures.js';

describe('a simulation as JSON', () => {
  test('has the plan, the timeline from its beginning, the forecast and the outcome', () => {
    const plan = compilePlan(aPlanInput(), new Map());
    if (!plan.ok) throw new Error(plan.error.message);
    const request = { requestedBy: 'me', idempotencyKey: null, digest: '', metadata: {} };
    const made = newDeployment(
      { ...API, ...request, id: anId(), version: v('2.0.0'), approve: false },
      plan.value,
      1_000,
    );
    const events: readonly PlanEvent[] = [{ type: 'deployment.failed', reason: 'no' }];
    const recorded = record(made.deployment, events, 61_000);
    const deployment = fold(made.deployment, events);

    const view = simulationView({
      deployment,
      events: [...made.events, ...recorded],
      startedAt: 1_000,
      endedAt: 61_000,
      waitsFor: null,
      active: null,
      runs: new Map([
        [targetId('web-1'), null],
        [targetId('web-2'), v('1.0.0')],
        [targetId('web-3'), v('1.0.0')],
      ]),
    });

    expect(view.plan).toMatchObject({ service: 'api', version: '2.0.0', targets: 2 });
    expect(view.forecast).toBe(plan.value.forecast);
    expect(view.timeline.map(({ at, type, state }) => [at, type, state])).toEqual([
      [0, 'deployment.planned', 'draft'],
      [60_000, 'deployment.failed', 'failed'],
    ]);
    expect(view.outcome).toEqual({
      state: 'failed',
      reason: 'no',
      waitsFor: null,
      previousVersion: null,
      activeVersion: null,
      health: null,
      targetsUpdated: 0,
      targetsFailed: 0,
      errors: ['no'],
      runs: [
        { version: '1.0.0', targets: 2 },
        { version: null, targets: 1 },
      ],
      durationMs: 60_000,
      endedAt: '1970-01-01T00:01:01.000Z',
    });
  });

  test('tells what is live, what ran before, and how healthy it is', () => {
    const plan = compilePlan(aPlanInput(), new Map());
    if (!plan.ok) throw new Error(plan.error.message);
    const request = { requestedBy: 'me', idempotencyKey: null, digest: '', metadata: {} };
    const id = anId();
    const { deployment } = newDeployment(
      { ...API, ...request, id, version: v('2.0.0'), approve: true },
      plan.value,
      1_000,
    );
    const since = 1_000;
    const view = simulationView({
      deployment: {
        ...deployment,
        previous: { version: v('1.0.0'), deploymentId: anId() },
        health: { status: 'healthy', reason: 'well', checks: [] },
      },
      ...{ events: [], startedAt: 1_000, endedAt: 1_000, runs: new Map() },
      waitsFor: 'somebody',
      active: { ...API, version: v('2.0.0'), deploymentId: id, since },
    });
    expect(view.outcome).toMatchObject({
      state: 'approved',
      reason: null,
      waitsFor: 'somebody',
      previousVersion: '1.0.0',
      activeVersion: '2.0.0',
      health: 'healthy',
    });
  });
});
