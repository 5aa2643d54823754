import { describe, expect, test } from 'vitest';
import { approvalInForce } from '../../../src/domain/fleet/approval-in-force.js';
import { KNOWS_ALL } from '../../../src/domain/fleet/knowledge.js';
import { type ApprovalPolicy, NO_APPROVAL } from '../../../src/domain/policy/approval.js';
import { API } from '../../support/fixtures.js';
import { aWorkerSign, knowing, knownService } from '../../support/worker-signs.js';

const required = (...approvers: string[]): ApprovalPolicy => ({
  ...{ ...NO_APPROVAL, approval: 'required', approvers },
});
const known = (elsewhere: string, approvals: Readonly<Record<string, ApprovalPolicy>>) =>
  knowing(knownService('api', { elsewhere, approvals }));
const asking = (name: string, startedAt: number, alive = true) =>
  aWorkerSign({ startedAt, alive, knowledge: known(name, { [name]: required(name) }) });

describe('the approvals that are asked for now', () => {
  test('are those of the worker at work that started last', () => {
    const workers = [asking('ann', 1_000), asking('bob', 2_000), asking('cy', 3_000, false)];

    expect(approvalInForce(workers, API)).toEqual({
      configuration: 'bob',
      policy: required('bob'),
    });
  });

  test('are those of whoever was there last, where nobody at work knows the service', () => {
    const others = aWorkerSign({ startedAt: 9_000, knowledge: knowing('web') });

    expect(approvalInForce([asking('ann', 1_000, false), others], API)).toMatchObject({
      configuration: 'ann',
    });
  });

  test('are none where the configuration asks for none', () => {
    const workers = [aWorkerSign({ knowledge: known('it', {}) })];

    expect(approvalInForce(workers, API)).toEqual({ configuration: 'it', policy: NO_APPROVAL });
  });

  test('are not known where no configuration says so', () => {
    const older = aWorkerSign({ knowledge: knowing('api') });
    const library = aWorkerSign({ knowledge: KNOWS_ALL });

    expect(approvalInForce([older], API)).toBeNull();
    expect(approvalInForce([library], API)).toBeNull();
    expect(approvalInForce([], API)).toBeNull();
  });
});
