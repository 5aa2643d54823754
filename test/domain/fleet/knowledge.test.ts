import { describe, expect, test } from 'vitest';
import {
  environmentsIn,
  fingerprintIn,
  KNOWS_ALL,
  knows,
  promotionsIn,
} from '../../../src/domain/fleet/knowledge.js';
import { environmentName, type ServiceRef, serviceName } from '../../../src/domain/model/ids.js';
import { knowing, knownService } from '../../support/worker-signs.js';

const ref = (service: string, environment = 'production'): ServiceRef => ({
  environment: environmentName(environment),
  service: serviceName(service),
});
const need = (service: string, environment?: string, bringsDriver = false) => ({
  ref: ref(service, environment),
  bringsDriver,
});
const staged = knownService('api', { environments: { staging: 'of-staging' }, elsewhere: null });

describe('a worker', () => {
  test('carries out what is configured, in every environment unless only some are', () => {
    expect(knows(knowing('api'), need('api', 'anywhere'))).toBe(true);
    expect(knows(knowing('api'), need('web'))).toBe(false);
    expect(knows(knowing(staged), need('api', 'staging'))).toBe(true);
    expect(knows(knowing(staged), need('api', 'production'))).toBe(false);
    expect(knows(knowing(), need('api'))).toBe(false);
  });

  test('carries out with "*" what is not named, and nothing that is named for other environments', () => {
    expect(knows(knowing('*'), need('api'))).toBe(true);
    expect(knows(knowing('*', staged), need('api'))).toBe(false);
  });

  test('with drivers of its own carries everything out', () => {
    expect(knows(KNOWS_ALL, need('api'))).toBe(true);
    expect(fingerprintIn(KNOWS_ALL, ref('api'))).toBeNull();
    expect(promotionsIn(KNOWS_ALL, ref('api'))).toEqual([]);
  });

  test('that trusts its publishers carries out what brings its driver along', () => {
    const trusting = { ...knowing('web'), trusts: true };
    expect(knows(trusting, need('api', 'production', true))).toBe(true);
    expect(knows(trusting, need('api'))).toBe(false);
    expect(knows(knowing('web'), need('api', 'production', true))).toBe(false);
  });
});

test('a fingerprint is that of the environment, or of all that are not named', () => {
  const both = knowing(knownService('api', { environments: { staging: 'of-staging' } }));
  expect(fingerprintIn(both, ref('api', 'staging'))).toBe('of-staging');
  expect(fingerprintIn(both, ref('api'))).toBe('of-api');
  expect(fingerprintIn(both, ref('web'))).toBeNull();
  // A name that every object has is none that was configured.
  expect(fingerprintIn(both, ref('api', 'constructor'))).toBe('of-api');
});

test('the environments of a service are those of all who know it, whoever is asked', () => {
  const here = knowing(knownService('api', { environments: { production: 'f' } }), 'web');
  expect(environmentsIn([here, knowing(staged), KNOWS_ALL], 'api')).toEqual([
    'production',
    'staging',
  ]);
  expect(environmentsIn([here], 'web')).toEqual([]);
  expect(environmentsIn([here], 'shop')).toBeNull();
});

test('promotions are those of the service that begin in the environment', () => {
  const rule = {
    from: environmentName('staging'),
    to: environmentName('production'),
    ...{ soak: 0, auto: true },
  };
  const known = knowing(knownService('api', { promotions: [rule] }));
  expect(promotionsIn(known, ref('api', 'staging'))).toEqual([rule]);
  expect(promotionsIn(known, ref('api'))).toEqual([]);
  expect(promotionsIn(known, ref('web', 'staging'))).toEqual([]);
});
