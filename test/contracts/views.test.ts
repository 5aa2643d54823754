import { describe, expect, test } from 'vitest';
import { activeView, deploymentView, showView } from '../../src/contracts/views/deployment-view.js';
import { knownVersion } from '../../src/contracts/views/known-version.js';
import { ANYTHING, UNTOUCHED } from '../../src/domain/model/target-status.js';
import type { PlanEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { MetricValue } from '../../src/domain/model/metric-value.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { after, analysis, threshold, values } from '../domain/analysis/analysis-fixtures.js';
import { aDeployment, anId, API, fold, record, v, web } from '../support/fixtures.js';

test('an active deployment is shown with the moment since when, in ISO 8601', () => {
  const deploymentId = anId();

  expect(activeView({ ...API, version: v('1.0.0'), deploymentId, since: 0 })).toEqual({
    environment: 'production',
    service: 'api',
    version: '1.0.0',
    deploymentId,
    since: '1970-01-01T00:00:00.000Z',
  });
});

test('the checks behind a verdict are shown with the moment they were made', () => {
  const check = {
    name: 'up',
    target: null,
    status: 'healthy',
    critical: true,
    message: 'fine',
    latencyMs: 1,
    at: 0,
    details: {},
  } as const;
  const health = { status: 'healthy', reason: 'fine', checks: [check] } as const;

  expect(deploymentView({ ...aDeployment(), health }).health).toEqual({
    ...health,
    checks: [{ ...check, at: '1970-01-01T00:00:00.000Z' }],
  });
});

test.each([
  ['a version', [v('1.0.0')], '1.0.0'],
  ['surely nothing', [null], 'nothing'],
  ['one of two after a call that broke off', [v('1.0.0'), v('2.0.0')], '1.0.0 or 2.0.0'],
  ['what nobody of us put there', [ANYTHING], 'not known'],
] as const)('a target that runs %s is said to run it', (_what, may, words) => {
  expect(knownVersion({ ...UNTOUCHED, version: may })).toBe(words);
});

test('a target that was never called runs what is not known', () => {
  expect(knownVersion(undefined)).toBe('not known');
  const { targets } = showView(aDeployment(), [], new Map());
  expect(targets[0]).toMatchObject({ version: null, mayRun: [ANYTHING] });
});

test('an event of a type that a newer version writes is shown by its name, and leaves the state alone', () => {
  const deployment = aDeployment();
  const events = record(deployment, [
    { type: 'deployment.approved', by: null },
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of no type that is known here
    { type: 'deployment.consulted', oracle: 'delphi' } as unknown as PlanEvent,
    { type: 'deployment.started', previous: null, declared: null, shares: null },
  ]);

  expect(showView(deployment, events).events).toMatchObject([
    { type: 'deployment.approved', state: 'approved' },
    { type: 'deployment.consulted', state: 'approved', data: { oracle: 'delphi' } },
    { type: 'deployment.started', state: 'executing' },
  ]);
});

describe('the progress of a deployment', () => {
  const spec = analysis([threshold()]);
  const drafted = aDeployment({ policy: { approval: 'required', approvals: 2 } });
  const deployment: Deployment = { ...drafted, plan: { ...drafted.plan, analyses: [spec] } };
  const approved: PlanEvent = { type: 'deployment.approved', by: 'bob' };
  const started = {
    type: 'deployment.started',
    ...{ previous: null, declared: null, shares: null },
  } as const satisfies PlanEvent;

  test('tells who approved, and how many more are needed', () => {
    expect(deploymentView(drafted)).toMatchObject({
      trigger: 'person',
      approvals: { required: 2, given: [], missing: 2 },
      hold: null,
      traffic: null,
      flags: {},
      analyses: [],
    });
    const given: PlanEvent = { type: 'deployment.approval_given', by: 'ann', missing: 1 };
    expect(deploymentView(fold(drafted, [given])).approvals).toEqual({
      required: 2,
      given: ['ann'],
      missing: 1,
    });
    expect(deploymentView(fold(drafted, [given, approved])).approvals).toEqual({
      required: 2,
      given: ['ann', 'bob'],
      missing: 0,
    });
    expect(deploymentView(aDeployment()).approvals).toMatchObject({ required: 0, missing: 0 });
  });

  test('tells what holds it, with its times in ISO 8601', () => {
    const hold = { kind: 'window', reason: 'outside', until: null, liftedBy: 'override' } as const;
    const held = fold(deployment, [approved, { type: 'deployment.held', hold }]);
    expect(deploymentView(held).hold).toEqual({ ...hold, since: '1970-01-01T00:00:02.000Z' });
  });

  test('shows the steps as they are carried out, and the names of the analyses', () => {
    const steps = [{ kind: 'wait', ms: 1 }] as const;
    const replanned = fold(deployment, [approved, { ...started, replanned: steps }]);
    expect(deploymentView(deployment).plan.steps).toEqual(deployment.plan.steps);
    expect(deploymentView(replanned).plan).toMatchObject({
      steps,
      analyses: ['health'],
      router: null,
      flags: null,
    });
  });

  test('shows traffic, flags and analyses, and no samples', () => {
    const measured = fold(deployment, [
      approved,
      started,
      { type: 'deployment.shift_started', step: 0, before: { a: 1 }, shares: { a: 0.5, b: 0.5 } },
      { type: 'deployment.flag_started', step: 0, flag: 'ff', before: null, percent: 10 },
      {
        type: 'deployment.analysis_started',
        step: 0,
        analysis: 'health',
        mode: 'background',
        progress: after(spec, [{ cpu: [values(10)] }]),
      },
    ]);
    const view = deploymentView(measured);
    expect(view).toMatchObject({
      traffic: { before: { a: 1 }, now: { a: 0.5, b: 0.5 }, settled: false },
      flags: { ff: { before: null, now: 10, settled: false } },
    });
    expect(view.analyses).toEqual([
      {
        step: 0,
        analysis: 'health',
        mode: 'background',
        startedAt: '1970-01-01T00:00:00.000Z',
        nextAt: '1970-01-01T00:00:20.000Z',
        rounds: 1,
        of: 4,
        openEnded: false,
        concluded: false,
        verdict: 'running',
        score: 0,
        reason: expect.stringMatching(/^round 1 of 4: cpu /),
        metrics: [expect.objectContaining({ name: 'cpu', n: { canary: 1, baseline: null } })],
      },
    ]);
    expect(JSON.stringify(view)).not.toContain('"values"');
  });

  test('counts the samples of a measurement, and keeps a single value', () => {
    const reading = (...found: readonly MetricValue[]) =>
      ({ kind: 'values', values: found }) as const;
    const measurement = {
      at: 5_000,
      round: 1,
      metrics: [
        { name: 'p95', canary: reading(1, 2, 3), baseline: reading() },
        { name: 'cpu', canary: reading(7), baseline: null },
        { name: 'ratio', canary: { ...reading('+Inf'), notes: ['partly'] }, baseline: null },
        { name: 'errors', canary: { kind: 'counts', events: 1, trials: 9 }, baseline: null },
      ],
    } as const;
    const events: readonly PlanEvent[] = [
      {
        type: 'deployment.analysis_started',
        step: 0,
        analysis: 'health',
        mode: 'inline',
        progress: after(spec, []),
      },
      { type: 'deployment.measured', step: 0, analysis: 'health', measurement },
      { type: 'deployment.target_started', target: web(1), fence: 1, worker: 'w' },
    ];
    const { events: shown } = showView(deployment, record(deployment, events));
    expect(shown.map(({ data }) => data)).toEqual([
      { step: 0, analysis: 'health', mode: 'inline' },
      {
        step: 0,
        analysis: 'health',
        measurement: {
          at: 5_000,
          round: 1,
          metrics: [
            {
              name: 'p95',
              canary: { kind: 'values', count: 3 },
              baseline: { kind: 'values', count: 0 },
            },
            { name: 'cpu', canary: { kind: 'values', count: 1, value: 7 }, baseline: null },
            {
              name: 'ratio',
              canary: { kind: 'values', count: 1, value: '+Inf', notes: ['partly'] },
              baseline: null,
            },
            {
              name: 'errors',
              canary: { kind: 'counts', events: 1, trials: 9 },
              baseline: null,
            },
          ],
        },
      },
      { target: 'web-1', fence: 1, worker: 'w' },
    ]);
  });
});

test('a plan tells what its flags were at when it was made', () => {
  const deployment = aDeployment();
  const flagsAt = [{ flag: 'new-page', percent: 50, version: v('1.0.0') }];

  expect(
    deploymentView({ ...deployment, plan: { ...deployment.plan, flagsAt } }).plan,
  ).toMatchObject({ flagsAt });
  expect(deploymentView(deployment).plan).not.toHaveProperty('flagsAt');
});
