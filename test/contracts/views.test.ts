import { expect, test } from 'vitest';
import { activeView, deploymentView } from '../../src/contracts/views/deployment-view.js';
import { aDeployment, anId, API, v } from '../support/fixtures.js';

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
