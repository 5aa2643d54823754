import { describe, expect, test } from 'vitest';
import { deploymentOfJob } from '../../src/api/pages/job-link.js';
import { deploymentIdFor, deploymentIdForKey } from '../../src/contracts/values/deployment-id.js';
import { anId, API } from '../support/fixtures.js';

const plan = { schema: 1, service: 'api', version: '1.0.0' };
const id = anId();

describe('the deployment of a job', () => {
  test('follows from the id of a plan job, before any worker has seen it', () => {
    expect(deploymentOfJob('plan', { id: '7', timestamp: 5, data: plan, returnvalue: null })).toBe(
      deploymentIdFor(API, undefined, { jobId: '7', publishedAt: 5 }),
    );
  });

  test('follows from the idempotency key where there is one', () => {
    const data = { ...plan, idempotencyKey: 'build-812' };
    expect(deploymentOfJob('plan', { id: '7', timestamp: 6, data, returnvalue: null })).toBe(
      deploymentIdForKey(API, 'build-812'),
    );
  });

  test('is the one it names', () => {
    const data = { schema: 1, deploymentId: id };
    expect(deploymentOfJob('verify', { id: '7', data, returnvalue: null })).toBe(id);
  });

  test('is the one it returned, where it named a service only', () => {
    const data = { schema: 1, service: 'api' };
    const returnvalue = { deploymentId: id, state: 'rolled_back' };
    expect(deploymentOfJob('rollback', { id: '7', data, returnvalue })).toBe(id);
    expect(deploymentOfJob('rollback', { id: '7', data, returnvalue: null })).toBeNull();
  });

  test.each([null, 'text', 7, {}, { deploymentId: 'x' }, { ...plan, service: 'a:b{c}\n' }])(
    'is unknown where the data is %j',
    (data) => {
      expect(
        deploymentOfJob('plan', { id: '7', timestamp: 6, data, returnvalue: null }),
      ).toBeNull();
      expect(deploymentOfJob('execute', { id: '7', data, returnvalue: null })).toBeNull();
    },
  );
});
