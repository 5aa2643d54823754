import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { PlanEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { after, analysis, threshold, values } from '../analysis/analysis-fixtures.js';
import { web } from '../../support/fixtures.js';
import { GATE, REACHED, begun, call, commandsOf, deploy, explained, lived } from './standing.js';

describe('a deployment that waits', () => {
  test('stands at a gate until somebody promotes, or its timeout decides', () => {
    const deployment = lived(begun([GATE, deploy(1)]), 3_000, REACHED);
    const explanation = explained(deployment);
    expect(explanation).toMatchObject({
      holds: [
        {
          kind: 'gate',
          reason: 'gate qa waits to be promoted',
          since: 3_000,
          until: 53_000,
          liftedBy: 'anyone who promotes it',
          command: `signalbox promote ${deployment.id}`,
        },
      ],
      deadlines: [{ kind: 'gate', at: 53_000, outcome: 'it is rolled back' }],
      nextAt: 53_000,
    });
    expect(commandsOf(explanation)).toEqual(['promote', 'pause', 'abort', 'abort']);
  });

  test('goes on by itself from a gate whose timeout promotes, and never from one without', () => {
    const promoting: Step = { ...GATE, onTimeout: 'promote' };
    expect(explained(lived(begun([promoting]), 3_000, REACHED)).deadlines).toEqual([
      { kind: 'gate', at: 53_000, outcome: 'it goes on by itself' },
    ]);
    const endless = lived(begun([GATE]), 3_000, { ...REACHED, until: null });
    expect(explained(endless)).toMatchObject({ deadlines: [], nextAt: null });
  });

  test('waits as its plan says', () => {
    const waiting: PlanEvent = { type: 'deployment.waiting', step: 0, until: 33_000 };
    const deployment = lived(begun([{ kind: 'wait', ms: 30_000 }]), 3_000, waiting);
    expect(explained(deployment)).toMatchObject({
      step: { what: 'wait 30 s' },
      holds: [
        {
          kind: 'wait',
          since: 3_000,
          until: 33_000,
          command: `signalbox promote ${deployment.id}`,
        },
      ],
      nextAt: 33_000,
    });
    expect(explained(deployment, { now: 33_000 }).holds).toEqual([]);
  });

  test('waits for the next try of a step that failed in passing', () => {
    const flag: Step = { kind: 'set_flag', flag: 'ff', percent: 5 };
    const failed: PlanEvent = {
      type: 'deployment.step_retried',
      step: 0,
      error: 'away',
      attempt: 1,
      retryAt: 12_000,
    };
    const explanation = explained(lived(begun([flag]), 3_000, failed));
    expect(explanation).toMatchObject({
      step: { what: 'set flag ff to 5 %' },
      holds: [{ kind: 'retry', reason: 'step 1 failed once and is tried again', until: 12_000 }],
    });
    const odd = lived(begun([flag]), 3_000, { type: 'deployment.waiting', step: 0, until: 12_000 });
    expect(explained(odd).holds[0]?.reason).toBe('step 1 failed 0 times and is tried again');
  });

  test('measures until an analysis has its verdict, and says which metrics are open', () => {
    const spec = analysis([threshold()]);
    const step: Step = {
      kind: 'analyze',
      analysis: 'health',
      mode: 'inline',
      targets: [web(1)],
      baseline: [],
    };
    const started: PlanEvent = {
      type: 'deployment.analysis_started',
      step: 0,
      analysis: 'health',
      mode: 'inline',
      progress: after(spec, [{ cpu: [values(10)] }]),
    };
    const deployment = lived(begun([step], {}, { analyses: [spec] }), 3_000, started);
    expect(explained(deployment)).toMatchObject({
      step: { what: 'analysis health' },
      holds: [
        {
          kind: 'analysis',
          reason: expect.stringMatching(/^analysis health has no verdict yet: round 1 of 4: cpu /),
          since: 0,
          until: 40_000,
          command: `signalbox promote ${deployment.id}`,
        },
      ],
      nextAt: 40_000,
    });
    expect(explained({ ...deployment, plan: { ...deployment.plan, analyses: [] } }).holds).toEqual(
      [],
    );
    const background = { ...step, mode: 'background' } as const;
    const beside = lived(
      begun([background, deploy(1)], {}, { analyses: [spec] }),
      3_000,
      { ...started, mode: 'background' },
      { type: 'deployment.step_completed', step: 0 },
    );
    expect(explained(beside).holds).toEqual([]);
    expect(explained(lived(begun([deploy(1), background]), 3_000)).next).toBe(
      'then step 2: analysis health in the background',
    );
  });

  test('looks again after checks that said nothing for certain', () => {
    const verification = { status: 'unknown', reason: 'no answer', checks: [] } as const;
    const inconclusive: PlanEvent = {
      type: 'deployment.inconclusive',
      verification,
      retryAt: 12_000,
    };
    const verifying = lived(begun([deploy(1)]), 3_000, { type: 'deployment.verifying' });
    expect(explained(verifying)).toMatchObject({
      step: null,
      holds: [],
      next: 'it is completed where the checks find it healthy, else rolled back',
    });
    const again = lived(verifying, 4_000, inconclusive);
    expect(explained(again)).toMatchObject({ holds: [{ kind: 'retry' }], nextAt: 12_000 });
    expect(explained(again, { now: 12_000 }).holds).toEqual([]);
    const held = lived(begun([deploy(1)], { policy: { onFailure: 'hold' } }), 3_000, {
      type: 'deployment.verifying',
    });
    expect(explained(held).next).toMatch(/else it fails and is left as it is$/);
  });
});

test('what a metric source warned of is told, and of which metric', () => {
  const spec = analysis([threshold()]);
  const progress = after(spec, [
    { cpu: [{ kind: 'values', values: ['+Inf'], notes: ['the source warned: a store is away'] }] },
    { cpu: [{ kind: 'values', values: ['-Inf'], notes: ['1 value is NaN and does not count'] }] },
  ]);
  const deployment = {
    ...begun([deploy(1)]),
    analyses: { 0: { step: 0, analysis: 'health', mode: 'inline', progress, report: null } },
  } as const;
  expect(explained(deployment).metricNotes).toEqual([
    { analysis: 'health', metric: 'cpu', note: 'the source warned: a store is away' },
    { analysis: 'health', metric: 'cpu', note: '1 value is NaN and does not count' },
  ]);
});

describe('a deployment behind a router', () => {
  const known = new Map([
    [web(1), { ...UNTOUCHED, heldOut: 'drained' }],
    [web(7), { ...UNTOUCHED, heldOut: 'maintenance' }],
  ] as const);
  const behind = (router: boolean): Deployment => begun([deploy(1, 2)], { router });

  test('names its targets that somebody else holds out, and who sees what serves', () => {
    expect(explained(behind(true), { known })).toMatchObject({
      ...{ sight: 'the memory router says what serves' },
      heldOut: [{ target: web(1), how: 'drained' }],
    });
    expect(explained(behind(false), { known }).heldOut).toEqual([]);
  });

  test('names balancers that have missed changes, also once it has ended', () => {
    const missedBy = [{ place: 'lb-2', leftWith: null }] as const;
    const missed = new Map([
      [web(1), { ...UNTOUCHED, missedBy }],
      [web(2), { ...UNTOUCHED, missedBy }],
    ]);
    expect(explained(behind(true), { known: missed }).behind).toEqual(['lb-2']);
    const over = lived(behind(true), 3_000, { type: 'deployment.failed', reason: 'no' });
    expect(explained(over, { known: missed }).behind).toEqual(['lb-2']);
  });

  test('says neither once it has ended', () => {
    const failed: PlanEvent = { type: 'deployment.failed', reason: 'no' };

    expect(explained(lived(behind(true), 3_000, failed), { known })).toMatchObject({
      ...{ sight: null, heldOut: [] },
    });
  });
});

describe('a deployment that the world keeps from going on', () => {
  const held = (kind: 'capacity' | 'router', reason: string, liftedBy: string): PlanEvent => ({
    type: 'deployment.held',
    hold: { kind, reason, until: null, liftedBy },
  });
  const few = held('capacity', 'too few targets serve', 'targets that serve again');
  const away = held('router', 'the router cannot be asked: timeout', 'the router, once it answers');
  const retried: PlanEvent = {
    type: 'deployment.target_retried',
    ...{ target: web(1), error: 'x', attempt: 1, retryAt: 12_000 },
  };

  test('says so first, since when, and what ends it; when, nobody can know', () => {
    const deployment = lived(begun([deploy(1, 2)]), 3_000, call(1), retried, few);

    const explanation = explained(deployment);

    expect(explanation.holds).toMatchObject([
      {
        ...{ kind: 'capacity', reason: 'too few targets serve', since: 3_000, until: null },
        ...{ liftedBy: 'targets that serve again', command: null },
      },
      { kind: 'retry', until: 12_000 },
    ]);
    expect(explanation.nextAt).toBeNull();
    expect(explained(lived(deployment, 5_000, few)).holds[0]?.since).toBe(3_000);
  });

  test('says it on its way back too, and no more once it goes on', () => {
    const rollback: PlanEvent = {
      type: 'deployment.rollback_started',
      ...{ reason: 'web-1 failed', cause: 'failure' },
    };
    const deployment = lived(begun([deploy(1)]), 4_000, call(1), rollback, away);

    expect(explained(deployment)).toMatchObject({
      holds: [{ kind: 'router', liftedBy: 'the router, once it answers' }],
      nextAt: null,
    });
    const on = lived(deployment, 5_000, { type: 'deployment.target_draining', target: web(1) });
    expect(explained(on).holds).toEqual([]);
  });
});
