import { describe, expect, test } from 'vitest';
import { progressOf } from '../../../src/domain/model/deployment/deployment.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { web } from '../../support/fixtures.js';
import { begun, call, commandsOf, deploy, explained, lived } from './standing.js';

describe('a deployment that calls targets', () => {
  test('says which, by whom and since when, at which step of how many, and what comes then', () => {
    const deployment = lived(begun([deploy(1, 2), deploy(3)]), 4_000, call(1));
    const explanation = explained(deployment);
    expect(explanation).toMatchObject({
      state: 'executing',
      reason: null,
      step: { number: 1, of: 2, kind: 'deploy', what: 'deploy web-1, web-2' },
      holds: [],
      calls: [{ to: 'web-1', doing: 'deploy', since: 4_000, worker: 'worker-1', attempt: 1 }],
      deadlines: [{ kind: 'deadline', at: 3_602_000, outcome: 'it is rolled back' }],
      next: 'then step 2: deploy web-3',
      nextAt: null,
    });
    expect(commandsOf(explanation)).toEqual(['pause', 'abort', 'abort', 'abort']);
    const does = explanation.options.map((option) => option.does);
    expect(does).toContain('stops it and puts 0.9.0 back');
    expect(does).toContain('ends it at once, whatever hangs');
  });

  test('says what is repeated, when, and how many more like it', () => {
    const retried = (n: number, retryAt: number): PlanEvent => ({
      type: 'deployment.target_retried',
      target: web(n),
      error: 'refused',
      attempt: n,
      retryAt,
    });
    const calls = [call(1), call(2)];
    const both = lived(
      begun([deploy(1, 2)]),
      4_000,
      ...calls,
      retried(1, 15_000),
      retried(2, 12_000),
    );
    expect(explained(both)).toMatchObject({
      holds: [
        {
          kind: 'retry',
          reason: 'the call on web-2 failed 2 times and is repeated, and 1 more like it: refused',
          since: 4_000,
          until: 12_000,
          liftedBy: 'the next try, by itself',
          command: null,
        },
      ],
      calls: [],
      next: 'then it is verified',
      nextAt: 12_000,
    });
    const one = lived(begun([deploy(1)]), 4_000, call(1), retried(1, 15_000));
    expect(explained(one).holds[0]?.reason).toBe(
      'the call on web-1 failed once and is repeated: refused',
    );
    expect(explained(one, { now: 15_000 }).holds).toEqual([]);
    const { since: _, ...old } = progressOf(one, web(1));
    const unknown = { ...one, targets: one.targets.with(web(1), old) };
    expect(explained(unknown).holds).toMatchObject([{ since: null }]);
    expect(
      explained({
        ...unknown,
        plan: { ...one.plan, policy: { ...one.plan.policy, targetDeadline: 1 } },
      }).deadlines,
    ).toHaveLength(1);
  });

  test('says which target’s own deadline is the nearest', () => {
    const policy = { targetDeadline: 20_000, progressDeadline: 60_000, onFailure: 'hold' } as const;
    const first = lived(begun([deploy(1, 2)], { policy }), 4_000, call(2));
    const deployment = lived(first, 5_000, call(1));
    expect(explained(deployment).deadlines).toEqual([
      {
        kind: 'target_deadline',
        at: 24_000,
        outcome: 'a call on web-2 that fails is not repeated',
      },
      {
        kind: 'progress_deadline',
        at: 62_000,
        outcome: 'it fails and is left as it is for a person',
      },
      {
        kind: 'deadline',
        at: 3_602_000,
        outcome: 'it fails and is left as it is for a person',
      },
    ]);
  });

  test('names the router while it has not answered', () => {
    const shift: Step = { kind: 'shift', to: [web(1)], from: [web(2)], percent: 10 };
    const before = { 'web-1': 0, 'web-2': 1 };
    const shares = { 'web-1': 0.1, 'web-2': 0.9 };
    const moving: PlanEvent = { type: 'deployment.shift_started', step: 0, before, shares };
    const deployment = lived(begun([shift]), 4_000, moving);
    expect(explained(deployment)).toMatchObject({
      step: { what: 'give 10 % of the traffic to web-1' },
      calls: [{ to: 'router', doing: 'shift', since: null, worker: null, attempt: 1 }],
    });
    const moved = lived(deployment, 5_000, {
      type: 'deployment.shifted',
      step: 0,
      shares,
      evidence: {},
    });
    expect(explained(moved).calls).toEqual([]);
  });
});
