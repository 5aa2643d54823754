import { describe, expect, test } from 'vitest';
import type { CheckResult, HealthStatus } from '../../../src/domain/health/verification.js';
import { knownAfter } from '../../../src/domain/plan/known-targets.js';
import { PLAN_STATUSES } from '../../../src/domain/plan/plan-state.js';
import { serviceEffect } from '../../../src/domain/plan/service-effect.js';
import { aDeployment, after, eventsOf, fold, record, web } from '../../support/fixtures.js';
import type { Deployment } from '../../../src/domain/plan/deployment.js';
import type { PlanCommand } from '../../../src/domain/plan/plan-command.js';
import * as give from './commands.js';
import { allSteps, inStatus } from './states.js';

/** Where what was before makes no difference. */
const effectOf = (deployment: Deployment, at = 1) => serviceEffect(deployment, at, deployment);

describe('the active version of a service', () => {
  test('is set by completion, with the deployment on top of the stack', () => {
    const done = inStatus('completed');
    const entry = {
      environment: 'production',
      service: 'api',
      version: '1.0.0',
      deploymentId: done.id,
      since: 99,
    };

    expect(effectOf(done, 99)).toEqual({ kind: 'activate', active: entry, good: entry });
  });

  test('is unknown where a tolerated target did not take it; going back to it stays possible', () => {
    const partly = after(
      aDeployment({ strategy: { kind: 'rolling', failureTolerance: 1 } }),
      ...[
        give.approve,
        give.begin,
        give.startTarget(web(1)),
        give.failTarget(web(1)),
        give.completeStep(0),
      ],
      ...[
        give.startTarget(web(2)),
        give.updateTarget(web(2)),
        give.completeStep(1),
        give.judge('healthy'),
      ],
    );

    expect(effectOf(partly)).toMatchObject({
      kind: 'activate',
      active: { version: null },
      good: { version: '1.0.0' },
    });
  });

  test('is the one below after a rollback, and after a failure that touched nothing', () => {
    expect(effectOf(inStatus('rolled_back'))).toEqual({ kind: 'settle' });
    expect(effectOf(after(aDeployment(), give.approve, give.begin, give.giveUp))).toEqual({
      kind: 'restore',
    });
  });

  test('is in doubt after a rollback while another left something else on a target', () => {
    const before = after(
      inStatus('executing'),
      ...[give.rollback('request'), give.startRestore(web(1)), give.restoreTarget(web(1))],
    );
    const astray = [web(2)];
    const back = after(before, { type: 'finish_rollback', verification: null, astray });
    expect(back.state).toMatchObject({ status: 'rolled_back', astray });
    expect(effectOf(back)).toMatchObject({ kind: 'doubt', active: { version: null } });
  });

  test('is unknown after a failure that left targets behind', () => {
    expect(effectOf(inStatus('failed'))).toMatchObject({
      kind: 'unknown',
      active: { version: null },
    });
  });

  test('stays what it is when a rollback of it fails before the first target', () => {
    const reopened = after(inStatus('completed'), give.rollback('request'));

    expect(effectOf(after(reopened, give.giveUp))).toEqual({ kind: 'none' });
    expect(effectOf(after(reopened, give.startRestore(web(2)), give.giveUp))).toMatchObject({
      kind: 'unknown',
    });
    const neverCompleted = after(aDeployment(), give.approve, give.begin, ...allSteps, give.giveUp);
    expect(effectOf(neverCompleted)).toMatchObject({ kind: 'unknown' });
  });

  test('is not touched while a deployment goes on, or when it is cancelled', () => {
    const untouched = PLAN_STATUSES.filter((status) => effectOf(inStatus(status)).kind === 'none');

    expect(untouched).toEqual([
      ...['draft', 'approved', 'executing', 'verifying', 'paused', 'rolling_back', 'cancelled'],
    ]);
  });
});

describe('what is known of targets', () => {
  const learnt = (before: Deployment, command: PlanCommand) => {
    const events = eventsOf(before, command);
    return Object.fromEntries(knownAfter(fold(before, events), record(before, events)));
  };
  const check = (status: HealthStatus, more: Partial<CheckResult> = {}): CheckResult => ({
    name: 'up',
    target: 'web-1',
    status,
    critical: true,
    message: '',
    latencyMs: 1,
    at: 1,
    details: {},
    ...more,
  });
  const seen = (...checks: readonly CheckResult[]) =>
    learnt(inStatus('verifying'), {
      type: 'judge',
      verification: { status: 'healthy', reason: '', checks },
      at: 1,
    });

  test('is nothing once it was started, and its version once it took it', () => {
    const executing = inStatus('executing');
    const { id: deploymentId } = executing;

    expect(
      learnt(after(aDeployment(), give.approve, give.begin), give.startTarget(web(1))),
    ).toMatchObject({
      'web-1': { version: null, healthy: null },
    });
    expect(learnt(executing, give.updateTarget(web(1)))).toEqual({
      'web-1': { version: '1.0.0', healthy: null, deploymentId },
    });
  });

  test('is that it is unhealthy where it failed', () => {
    expect(learnt(inStatus('executing'), give.failTarget(web(1)))).toMatchObject({
      'web-1': { version: null, healthy: false },
    });
  });

  test('is what the checks said of it: one critical unhealthy outweighs the others', () => {
    expect(seen(check('healthy'))).toMatchObject({ 'web-1': { healthy: true } });
    expect(seen(check('unhealthy'), check('healthy'))).toMatchObject({
      'web-1': { healthy: false, version: '1.0.0' },
    });
    expect(seen(check('unhealthy', { critical: false }))).toMatchObject({
      'web-1': { healthy: true },
    });
  });

  test('is nothing new from a check that learnt nothing, or that has no target of ours', () => {
    expect(seen(check('unknown'))).toEqual({});
    expect(seen(check('healthy', { target: null }))).toEqual({});
    expect(seen(check('healthy', { target: 'web-9' }))).toEqual({});
  });

  test('is nothing from events that are not about targets', () => {
    expect(learnt(inStatus('draft'), give.approve)).toEqual({});
    const back = after(inStatus('rolling_back'), give.startRestore(web(1)), {
      type: 'restore_target',
      target: web(1),
      version: null,
      evidence: {},
    });
    expect(learnt(back, { type: 'finish_rollback', verification: null })).toEqual({});
  });
});
