import { describe, expect, test } from 'vitest';
import { planNotes, removedNote } from '../../../src/domain/explain/plan-notes.js';
import type { CheckSummary } from '../../../src/domain/model/plan/deployment-plan.js';
import { type TargetStatus, UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, anId, type DeploymentFixture, v, web } from '../../support/fixtures.js';

const notes = (fixture: DeploymentFixture, checks?: readonly CheckSummary[]): readonly string[] => {
  const { plan } = aDeployment(fixture);
  return planNotes({ ...plan, checks: checks ?? plan.checks });
};
const out = (...numbers: readonly number[]): Pick<DeploymentFixture, 'known' | 'router'> => ({
  router: true,
  known: new Map(
    numbers.map((n): [ReturnType<typeof web>, TargetStatus] => [
      web(n),
      { ...UNTOUCHED, heldOut: 'maintenance' },
    ]),
  ),
});

describe('a plan says who sees what serves', () => {
  test('the router, also where there are checks', () => {
    expect(notes({ router: true, checked: true })).toEqual(['the memory router says what serves']);
  });

  test('the checks, where there is no router', () => {
    expect(notes({ checked: true })).toEqual(['the checks say what serves']);
  });

  test.each([[[]], [['memory', 'disk']]])(
    'nobody, where there is neither a router nor a check of a target: %j',
    (kinds) => {
      const checks = kinds.map((kind) => ({ name: kind, kind, critical: true }));

      expect(notes({}, checks)).toEqual([
        'nothing says what serves here: what was asked for counts',
      ]);
    },
  );
});

describe('a plan names the targets that somebody else holds out of the router', () => {
  test('with what they get', () => {
    expect(notes(out(2))).toContain(
      'web-2 is held out of the router by somebody else: it gets the version and no traffic',
    );
    expect(notes(out(1, 2))).toContain(
      'web-1, web-2 are held out of the router by somebody else: they get the version and no traffic',
    );
  });

  test('with when it begins, where its policy is not to begin meanwhile', () => {
    expect(notes({ ...out(2), policy: { heldOut: 'refuse' } })).toContain(
      'web-2 is held out of the router by somebody else: the deployment begins once that ends',
    );
  });

  test('only its own, and only where there is a router', () => {
    expect(notes(out(7))).toHaveLength(1);
    expect(notes({ ...out(2), router: false })).toHaveLength(1);
    expect(aDeployment(out(7, 2)).plan.forecast.heldOut).toEqual([web(2)]);
  });
});

test('a target that left the configuration stays as it is, and the plan says why where it is known', () => {
  const target = { id: web(9), name: 'web-9', address: '10.0.0.9:80', metadata: {} };
  const left = { target, version: v('1'), by: anId(), fate: 'leave' } as const;

  expect(removedNote({ ...left, reason: null })).toMatch(/the configuration: it stays as it is$/);
  expect(removedNote({ ...left, reason: 'the policy leaves it' })).toMatch(
    /it stays as it is: the policy leaves it$/,
  );
});

test('a flag that no step sets any more stays where it is', () => {
  const { plan } = aDeployment();
  const flagsAt = [{ flag: 'new-page', percent: 50, version: v('1.0.0') }];

  expect(planNotes({ ...plan, flagsAt })).toContain(
    'flag new-page is at 50% now and stays there: nobody loses it',
  );
});
