import { expect, test } from 'vitest';
import { workerView } from '../../src/contracts/views/worker-view.js';
import { KNOWS_ALL } from '../../src/domain/fleet/knowledge.js';
import { aWorkerSign, knowing, knownService } from '../support/worker-signs.js';

test('a worker is shown with each service it knows, by environment, and its fingerprint', () => {
  const both = knownService('api', { environments: { staging: 'of-staging' } });
  const staged = knownService('web', { environments: { staging: 'f' }, elsewhere: null });
  expect(workerView(aWorkerSign({ knowledge: knowing(both, staged) }))).toEqual({
    id: 'host-1-1',
    host: 'host-1',
    configChanged: false,
    version: '1.2.3',
    alive: true,
    startedAt: '1970-01-01T00:00:01.000Z',
    seenAt: '1970-01-01T00:00:02.000Z',
    services: [
      { service: 'api', environment: 'staging', fingerprint: 'of-staging' },
      { service: 'api', environment: '*', fingerprint: 'of-api' },
      { service: 'web', environment: 'staging', fingerprint: 'f' },
    ],
  });
  expect(workerView(aWorkerSign({ knowledge: KNOWS_ALL })).services).toBe('all');
});
