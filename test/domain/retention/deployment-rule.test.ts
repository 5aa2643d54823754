import { describe, expect, test } from 'vitest';
import { deploymentId } from '../../../src/domain/model/ids.js';
import { PLAN_STATUSES, isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import {
  type DeploymentTrace,
  keptByAge,
  lookedFarEnough,
  newerNeeded,
} from '../../../src/domain/retention/deployment-rule.js';
import { unknownDeployment } from '../../../src/domain/retention/unknown-deployment.js';
import type { RetentionPolicy } from '../../../src/domain/retention/retention-policy.js';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;
const policy: RetentionPolicy = {
  ...{ deployments: 90 * DAY, keep: 50, most: 1_000, atLeast: DAY },
  ...{ releases: 90 * DAY, promotions: 90 * DAY, jobs: 7 * DAY },
};
const times = { now: NOW, followedUntil: NOW };
const ago = (days: number, newer: number): DeploymentTrace => ({
  status: 'completed',
  createdAt: NOW - days * DAY - 1_000,
  endedAt: NOW - days * DAY,
  newer,
});
const kept = (trace: DeploymentTrace, at = times) => keptByAge(trace, policy, at);

describe('by its age, a deployment', () => {
  test('may go once it ended as long ago as is kept, to the millisecond', () => {
    expect(kept(ago(90, 50))).toBeNull();
    expect(kept({ ...ago(90, 50), endedAt: NOW - 90 * DAY + 1 })).toBe('recent');
  });

  test('stays among the newest of its service, however old it is', () => {
    expect(kept(ago(900, 49))).toBe('newest');
    expect(kept(ago(900, 50))).toBeNull();
  });

  test('goes before its time behind very many newer ones', () => {
    expect(kept(ago(2, 999))).toBe('recent');
    expect(kept(ago(2, 1_000))).toBeNull();
  });

  test('stays for a day whatever there is of others, so that a request sent again is known', () => {
    expect(kept({ ...ago(1, 1_000_000), endedAt: NOW - DAY + 1 })).toBe('recent');
    expect(kept(ago(1, 1_000_000))).toBeNull();
  });

  test('stays until its events were followed', () => {
    const followedUntil = NOW - 91 * DAY;

    expect(kept(ago(90, 50), { now: NOW, followedUntil })).toBe('unfollowed');
    expect(kept(ago(91, 50), { now: NOW, followedUntil })).toBeNull();
  });

  test.each(PLAN_STATUSES)('that is %s stays as long as it has not ended', (status) => {
    expect(kept({ ...ago(900, 5_000), status })).toBe(isTerminal(status) ? null : 'open');
  });

  test('stays where nobody knows when it ended', () => {
    expect(kept({ ...ago(900, 5_000), endedAt: null })).toBe('open');
  });
});

describe('the walk through the history', () => {
  test('is over where everything is too young to have ended long ago', () => {
    expect(lookedFarEnough({ createdAt: NOW - DAY }, policy, times)).toBe(false);
    expect(lookedFarEnough({ createdAt: NOW - DAY + 1 }, policy, times)).toBe(true);
  });

  test('asks for as many newer ones as speak for the going, also when it goes', () => {
    expect(newerNeeded(ago(90, 60), policy, times)).toBe(50);
    expect(newerNeeded(ago(89, 1_000), policy, times)).toBe(1_000);
    expect(newerNeeded({ ...ago(90, 60), endedAt: null }, policy, times)).toBe(1_000);
    expect(newerNeeded(ago(2, 60), { ...policy, keep: 2_000 }, times)).toBe(2_000);
  });
});

test('an id that is not there is told with both reasons it may have', () => {
  expect(unknownDeployment(deploymentId('dep_0123456789'))).toBe(
    'no deployment dep_0123456789: there never was one, or it ended so long ago that retention let it go',
  );
});
