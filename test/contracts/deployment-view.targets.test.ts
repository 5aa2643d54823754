import { describe, expect, test } from 'vitest';
import { deploymentView } from '../../src/contracts/views/deployment-view.js';
import type { RemovedTarget } from '../../src/domain/model/plan/removed-target.js';
import { aDeployment, anId, v, web } from '../support/fixtures.js';

const target = { id: web(9), name: 'web-9', address: '10.0.0.9:80', metadata: {} };
const removed = { target, version: v('1.0.0'), by: anId(), reason: null } as const;
/** As a plan names them that was made when the set of targets had changed. */
function shown(...removedTargets: readonly RemovedTarget[]) {
  const deployment = aDeployment();
  const moved = [{ target: web(1), from: 'a:1', to: 'b:1', version: null, reason: null }];
  return deploymentView({
    ...deployment,
    plan: { ...deployment.plan, removed: removedTargets, moved },
  });
}

describe('a deployment of a service whose targets have changed', () => {
  test('shows each that left the configuration, where it is and what becomes of it', () => {
    const { plan } = shown(
      { ...removed, fate: 'retire' },
      { ...removed, fate: 'retire_first', placeOf: web(1) },
    );

    const left = { id: 'web-9', address: '10.0.0.9:80', version: '1.0.0', reason: null };
    expect(plan.removed).toEqual([
      { ...left, fate: 'retire' },
      { ...left, fate: 'retire_first', placeOf: 'web-1' },
    ]);
  });

  test('shows each that is at another place, with both', () => {
    expect(shown().plan.moved).toMatchObject([{ target: 'web-1', from: 'a:1', to: 'b:1' }]);
  });
});

describe('a rollback to a named version', () => {
  const rollback = { reason: 'too slow' };

  test('shows why, and what it goes back past once it has begun', () => {
    const versions = [{ version: v('2.0.0'), deploymentId: anId(), since: 0 }];
    const takesBack = { versions, replaces: null, beneath: { previous: null, declared: null } };
    const begun = deploymentView({ ...aDeployment(), rollback, takesBack });

    expect(begun.rollback).toEqual({ ...rollback, takesBack: versions });
    expect(deploymentView({ ...aDeployment(), rollback }).rollback).toEqual({
      ...{ ...rollback, takesBack: null },
    });
  });
});
