import { describe, expect, test } from 'vitest';
import { KNOWS_ALL } from '../../../src/domain/fleet/knowledge.js';
import { labelsIn, placesNamedIn } from '../../../src/domain/fleet/named-places.js';
import { knowing, knownService } from '../../support/worker-signs.js';

describe('what a worker calls by name', () => {
  test('is each service in each of its environments, also where a secret is missing there', () => {
    const api = knownService('api', {
      ...{ environments: { staging: 'of-staging' }, elsewhere: null },
      lacks: { production: 'no token' },
    });
    expect(placesNamedIn(knowing(api, 'web'))).toEqual([
      { service: 'api', environment: 'staging', fingerprint: 'of-staging' },
      { service: 'api', environment: 'production', fingerprint: null },
      { service: 'web', environment: '*', fingerprint: 'of-web' },
    ]);
  });

  test('is nothing where it takes whatever service there is', () => {
    expect(placesNamedIn(KNOWS_ALL)).toEqual([
      { service: '*', environment: '*', fingerprint: null },
    ]);
  });

  test('has the labels of its configuration, as far as they are shown', () => {
    const outline = { 'labels.tier': 'db', 'labels.api-key': '(hidden)', 'policy.tier': 'x' };
    expect([...labelsIn(outline)]).toEqual([
      ['tier', 'db'],
      ['api-key', null],
    ]);
  });
});
