import { describe, expect, test } from 'vitest';
import { stepsOf } from '../../../../src/domain/model/deployment/deployment.js';
import type { CanarySpec } from '../../../../src/domain/model/plan/strategy-spec.js';
import { type TargetStatus, UNTOUCHED } from '../../../../src/domain/model/target-status.js';
import { stoppedAtStage } from '../../../../src/domain/plan/result/stopped-at-stage.js';
import { aDeployment, type DeploymentFixture, v } from '../../../support/fixtures.js';

/** What is said of a canary that stops at each of its steps, as `kind stage`. */
function story(spec: Omit<CanarySpec, 'kind'>, targets: number, fixture: DeploymentFixture = {}) {
  const ids = Array.from({ length: targets }, (_, at) => `web-${at + 1}`);
  const strategy = { kind: 'canary', ...spec } as const;
  const deployment = aDeployment({ strategy, targets: ids, ...fixture });
  return stepsOf(deployment).map(({ kind }, brokenOffAt) => {
    const stage = stoppedAtStage({
      ...deployment,
      progress: { ...deployment.progress, brokenOffAt },
    });
    return `${kind} ${stage}`;
  });
}

describe('a canary by targets', () => {
  test('stops at the percentage of the stage whose targets it had reached', () => {
    expect(story({ stages: [25, 50, 100] }, 4)).toEqual(['deploy 25', 'deploy 50', 'deploy 100']);
    expect(story({}, 10)).toEqual(['deploy 10', 'deploy 25', 'deploy 50', 'deploy 100']);
  });

  test('stops at the stage that it watches, judges or asks a person about', () => {
    expect(
      story({ stages: [50, { targets: 100, gate: true }], wait: 5 }, 2, { checked: true }),
    ).toEqual([
      ...['deploy 50', 'check 50', 'wait 50', 'check 50'],
      ...['deploy 100', 'check 100', 'gate 100'],
    ]);
  });

  test('takes several batches for one stage', () => {
    expect(story({ stages: [60, 100], maxUnavailable: 2 }, 5, { router: true })).toEqual([
      ...['deploy 60', 'deploy 60', 'deploy 100'],
    ]);
  });

  test('passes over stages that rounding left nothing to do', () => {
    expect(story({ stages: [10, 20, 100] }, 2)).toEqual(['deploy 10', 'deploy 100']);
  });
});

describe('a canary by weight', () => {
  test('in place stops at the weight that it had given, or was about to give', () => {
    expect(story({ traffic: true, stages: [25, 100], wait: 5 }, 4, { router: true })).toEqual([
      ...['shift 25', 'deploy 25', 'shift 25', 'wait 25'],
      ...['shift 100', 'deploy 100', 'shift 100'],
    ]);
  });

  test('beside what is live stops at the weight, though all targets are there at first', () => {
    const coloured = { router: true, coloured: true, active: v('0.9.0') } as const;
    const known = aDeployment(coloured).plan.targets.map(({ id, metadata }) => {
      const weight = metadata['colour'] === 'blue' ? 0.5 : 0;
      const status: TargetStatus = { ...UNTOUCHED, version: [v('0.9.0')], weight: [weight] };
      return [id, status] as const;
    });
    expect(
      story({ traffic: true, stages: [10, 50, 100], wait: 5 }, 2, {
        ...coloured,
        known: new Map(known),
      }),
    ).toEqual([...['deploy 10', 'shift 10', 'wait 10'], ...['shift 50', 'wait 50', 'shift 100']]);
  });
});

test('nothing is said of what did not stop, and of no other strategy', () => {
  expect(stoppedAtStage(aDeployment({ strategy: { kind: 'canary' } }))).toBeNull();
  const rolling = aDeployment();
  expect(
    stoppedAtStage({ ...rolling, progress: { ...rolling.progress, brokenOffAt: 0 } }),
  ).toBeNull();
  // As another version of us may have written it.
  const strategy = { kind: 'canary', stages: [100, 50] } as const;
  const odd = { ...rolling, plan: { ...rolling.plan, strategy } };
  expect(stoppedAtStage({ ...odd, progress: { ...odd.progress, brokenOffAt: 0 } })).toBeNull();
});
