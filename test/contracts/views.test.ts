import { expect, test } from 'vitest';
import { activeView } from '../../src/contracts/views/deployment-view.js';
import { anId, API, v } from '../support/fixtures.js';

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
