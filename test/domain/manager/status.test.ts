import { describe, expect, test } from 'vitest';
import { statusOf } from '../../../src/domain/manager/status.js';
import { PLAN_STATUSES } from '../../../src/domain/model/deployment/plan-state.js';
import { inStatus } from '../plan/states.js';

describe('one deployment in the words of the status', () => {
  test.each(PLAN_STATUSES)('%s: is active until it has ended, and counts once', (status) => {
    const deployment = inStatus(status);
    const told = statusOf(deployment);
    const ended = ['completed', 'failed', 'rolled_back', 'cancelled'].includes(status);

    expect(told.activePlan).toBe(ended ? null : deployment);
    expect(told.deploymentsCompleted).toBe(status === 'completed' ? 1 : 0);
    expect(told.deploymentsFailed).toBe(status === 'failed' || status === 'rolled_back' ? 1 : 0);
    expect(Object.entries(told.counters).filter(([, count]) => count > 0)).toEqual([[status, 1]]);
  });

  test('has no result before the execution began', () => {
    expect(statusOf(inStatus('approved')).lastResult).toBeNull();
    expect(statusOf(inStatus('verifying'))).toMatchObject({
      ...{ lastResult: { success: true }, lastHealth: null },
    });
    expect(statusOf(inStatus('cancelled')).lastResult).toMatchObject({ success: false });
    expect(statusOf(inStatus('completed')).lastHealth).toMatchObject({ status: 'healthy' });
  });
});
