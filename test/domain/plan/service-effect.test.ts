import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PLAN_STATUSES } from '../../../src/domain/model/deployment/plan-state.js';
import { serviceChange } from '../../../src/domain/reconcile/service-change.js';
import { sure, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, after, anId, web } from '../../support/fixtures.js';
import type { Said } from '../../../src/domain/plan/machine/decided.js';
import { changeOf, running, serving, stableOf, standing, webs } from '../reconcile/standing.js';
import * as give from './commands.js';
import { allSteps, inStatus } from './states.js';

const begun = [give.approve, give.begin];
const back = (n: number) => [give.startRestore(web(n)), give.restoreTarget(web(n))];
const fresh = standing(aDeployment(), serving('0.9.0'));
const { active } = serving('0.9.0');
const unknown = { active: { version: null } };

describe('the active version of a service', () => {
  test('is set by completion, with what the service should be from then on', () => {
    const { deployment, service } = standing(inStatus('verifying'), serving('0.9.0'));
    const done = after(deployment, give.judge('healthy'));
    const entry = {
      ...{ environment: 'production', service: 'api', version: '1.0.0' },
      ...{ deploymentId: done.id, since: 99 },
    };

    expect(serviceChange(done, 99, deployment, service)).toEqual({
      active: entry,
      stable: {
        push: { ...entry, declared: { version: '1.0.0', others: {}, missed: [], shares: null } },
      },
    });
  });

  test('is unknown where a tolerated target did not take it; going back to it stays possible', () => {
    const partly = standing(
      aDeployment({ strategy: { kind: 'rolling', failureTolerance: 1 } }),
      serving('0.9.0'),
    );
    const change = changeOf(
      partly,
      ...[...begun, give.startTarget(web(1)), give.failTarget(web(1)), give.completeStep(0)],
      ...[give.startTarget(web(2)), give.updateTarget(web(2)), give.completeStep(1)],
      give.judge('healthy'),
    );

    expect(change).toMatchObject({
      active: { version: null },
      stable: { push: { version: '1.0.0', declared: { version: '1.0.0', missed: [web(1)] } } },
    });
  });

  test('is the one before after a rollback, and after a failure that touched nothing', () => {
    const rollback = [give.startTarget(web(1)), give.rollback(), ...back(1)];

    expect(changeOf(fresh, ...begun, ...rollback, give.finishRollback())).toEqual({ active });
    expect(changeOf(fresh, ...begun, give.giveUp)).toEqual({ active });
  });

  test('is in doubt after a rollback while another left something else on a target', () => {
    const targets = webs(running(), running('3.0.0', { by: anId() }));
    const others = standing(aDeployment(), { ...serving('0.9.0'), targets });
    const rollback = [give.startTarget(web(1)), give.rollback(), ...back(1)];

    expect(changeOf(others, ...begun, ...rollback, give.finishRollback())).toMatchObject(unknown);
  });

  test('is unknown after a failure that left targets behind', () => {
    expect(changeOf(fresh, ...begun, give.startTarget(web(1)), give.giveUp)).toMatchObject(unknown);
    expect(changeOf(fresh, ...begun, ...allSteps, give.giveUp)).toMatchObject(unknown);
  });

  test('stays unknown, under its old name, where nobody touched anything since', () => {
    const lost = { ...active, version: null } as never;
    const targets = webs(running('3.0.0'), running());
    const doubtful = standing(aDeployment(), { ...serving('0.9.0'), targets, active: lost });

    expect(changeOf(doubtful, ...begun, give.giveUp)).toEqual({ active: lost });
  });

  test('does not wait for a target that is new and was never called', () => {
    const grown = standing(aDeployment(), { ...serving('0.9.0'), targets: webs(running()) });

    expect(changeOf(grown, ...begun, give.giveUp)).toEqual({ active });
  });

  test('is asked of every target that should run it, also of those that the plan leaves out', () => {
    const targets = webs(running(), running(), running('3.0.0'));
    const wider = standing(aDeployment(), { ...serving('0.9.0'), targets });
    expect(changeOf(wider, ...begun, give.giveUp)).toMatchObject({ active: { version: null } });

    const stable = [stableOf('0.9.0', undefined, { others: { 'web-3': '3.0.0' as never } })];
    const apart = standing(aDeployment(), { ...serving('0.9.0'), targets, stable });
    expect(changeOf(apart, ...begun, give.giveUp)).toEqual({ active });
  });

  test('is nothing once a first version is removed again', () => {
    const first = standing(aDeployment({ removes: true }));
    const removed: Said = {
      ...{ type: 'deployment.target_restored', target: web(1) },
      ...{ version: null, evidence: {} },
    };
    const gone = [give.rollback(), give.startRestore(web(1)), removed];

    expect(
      changeOf(
        first,
        ...[give.approve, give.beginFirst, give.startTarget(web(1)), ...gone],
        give.finishRollback(),
      ),
    ).toEqual({ active: null });
  });

  test('is nothing after a first deployment that failed, whatever it left', () => {
    const said = [give.approve, give.beginFirst, give.startTarget(web(1)), give.giveUp];

    expect(changeOf(standing(aDeployment()), ...said)).toEqual({ active: null });
    const lost = { ...active, version: null } as never;
    expect(changeOf(standing(aDeployment(), { active: lost }), ...said)).toEqual({ active: lost });
  });

  test('is unknown where a first version that was completed could not be removed', () => {
    const first = aDeployment({ removes: true });
    const done = after(
      first,
      ...[give.approve, give.beginFirst, ...allSteps, give.judge('healthy')],
    );
    const stable = [stableOf('1.0.0', done.id)];
    const { declared: _, ...own } = stableOf('1.0.0', done.id);
    const reopened = standing(after(done, give.rollback()), {
      ...{ targets: webs(running('1.0.0'), running('1.0.0')), stable, active: own },
    });

    expect(changeOf(reopened, give.startRestore(web(2)), give.giveUp)).toMatchObject({
      stable: 'pop',
      ...unknown,
    });
  });

  test('is not touched while a deployment goes on, or when it is cancelled before it began', () => {
    const before = inStatus('executing');
    for (const status of PLAN_STATUSES.filter((each) => !ENDS.includes(each))) {
      const { service } = standing(inStatus(status), serving('0.9.0'));
      expect(serviceChange(inStatus(status), 99, before, service)).toEqual({});
    }
    expect(changeOf(fresh, give.approve, give.cancel)).toEqual({});
    expect(changeOf(fresh, give.approve, give.forceEnd)).toEqual({});
  });
});

const ENDS = ['completed', 'rolled_back', 'failed', 'cancelled'];

describe('a completed deployment that is taken back', () => {
  const done = after(aDeployment(), ...begun, ...allSteps, give.judge('healthy'));
  const stable = [stableOf('1.0.0', done.id), stableOf('0.9.0')];
  const found = { ...serving('1.0.0'), stable };
  const { declared: _, ...stableEntry } = stableOf('1.0.0', done.id);
  const reopened = standing(after(done, give.rollback()), found);

  test('is no longer what the service goes back to: the one below is', () => {
    expect(changeOf(reopened, ...back(1), ...back(2), give.finishRollback())).toEqual({
      stable: 'pop',
      takenBack: [{ ...stableEntry, at: 99, by: done.id }],
      active,
    });
  });

  test('stays active where its rollback fails before the first target', () => {
    expect(changeOf(reopened, give.giveUp)).toEqual({});
    expect(changeOf(reopened, give.startRestore(web(2)), give.giveUp)).toMatchObject({
      stable: 'pop',
      ...unknown,
    });
  });
});

describe('the hold on automation', () => {
  const way = [give.startTarget(web(1)), give.fail(), ...back(1)];

  test('follows a rollback that nobody asked for', () => {
    expect(changeOf(fresh, ...begun, ...way, give.finishRollback())).toEqual({
      active,
      automationHold: { reason: 'enough', since: 99, deploymentId: fresh.deployment.id },
    });
  });

  test('does not follow one that was asked for, or where the policy wants none', () => {
    const asked = [give.startTarget(web(1)), give.rollback(), ...back(1)];
    const goesOn = standing(
      aDeployment({ policy: { afterRollback: 'continue' } }),
      serving('0.9.0'),
    );

    expect(changeOf(fresh, ...begun, ...asked, give.finishRollback())).toEqual({ active });
    expect(changeOf(goesOn, ...begun, ...way, give.finishRollback())).toEqual({ active });
  });
});

describe('whatever is where', () => {
  const status = fc.constantFrom(
    ...[UNTOUCHED, running('0.9.0'), running('1.0.0'), running(null)],
    running('0.9.0', { version: ['0.9.0' as never, '?', '1.0.0' as never] }),
    running('0.9.0', { bad: '0.9.0' as never }),
  );
  const ending = fc.constantFrom(
    ...[[give.giveUp], [give.startTarget(web(1)), give.giveUp]],
    ...[[give.forceEnd], [give.fail(), give.finishRollback()]],
  );

  test('a version is active after an end only if every target that was called surely runs it', () => {
    const seen = new Set<string | null>();
    fc.assert(
      fc.property(fc.tuple(status, status, status), ending, (statuses, said) => {
        const targets = webs(...statuses);
        const given = standing(aDeployment(), { ...serving('0.9.0'), targets });
        const change = changeOf(given, ...begun, ...said);
        const told = change.active?.version ?? null;
        seen.add(told);
        if (told === null) return;
        for (const each of statuses) expect([each.by, sure(each.version)]).toSatisfy(isRunning);
      }),
    );
    expect(seen).toEqual(new Set(['0.9.0', null]));
  });

  const isRunning = ([by, version]: readonly unknown[]) => by === null || version === '0.9.0';
});
