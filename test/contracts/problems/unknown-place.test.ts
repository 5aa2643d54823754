import { describe, expect, test } from 'vitest';
import { unknownPlace } from '../../../src/contracts/problems/unknown-place.js';

const at = (place: string) => {
  const [environment = '', service = ''] = place.split('/');
  return { environment, service };
};
const PLACES = ['production/api', 'staging/api', 'production/web'].map(at);
const told = (service: string | null, environment: string | null, any = false, places = PLACES) =>
  unknownPlace({ service, environment }, places, any)?.text ?? null;

describe('a place that somebody names', () => {
  test('is known where something is called so', () => {
    expect(told('api', 'staging')).toBeNull();
    expect(told('web', null)).toBeNull();
    expect(told(null, 'staging')).toBeNull();
    expect(told(null, null)).toBeNull();
  });

  test('is told with what was meant and what there is, by its field', () => {
    expect(told('apii', 'production')).toBe(
      'service: nothing is called apii (did you mean `api`?): there are api, web',
    );
    expect(told('shop', null)).toBe('service: nothing is called shop: there are api, web');
    expect(told('api', 'prodution')).toBe(
      'environment: api has no environment prodution (did you mean `production`?): configured are production, staging',
    );
    expect(told(null, 'prodution')).toBe(
      'environment: nothing is in prodution (did you mean `production`?)',
    );
    expect(told('apii', null, false, [at('production/api')])).toBe(
      'service: nothing is called apii (did you mean `api`?): there is api',
    );
    expect(unknownPlace({ service: 'apii', environment: null }, PLACES, false)).toMatchObject({
      ...{ field: 'service', meant: 'api' },
    });
  });

  test('of a configuration for any name counts where any name does', () => {
    const open = [...PLACES, at('*/shop'), at('*/*')];
    expect(told('new', 'anywhere', true, open)).toBeNull();
    expect(told('new', 'anywhere', false, open)).toBe(
      'service: nothing is called new: there are api, shop, web',
    );
    expect(told('shop', 'prodution', false, open)).toBe(
      'environment: nothing is in prodution (did you mean `production`?)',
    );
    expect(told('shop', 'anywhere', true, open)).toBeNull();
  });

  test('cannot be told where no name is known at all', () => {
    expect(told('api', 'production', false, [])).toBeNull();
    expect(told('api', 'production', false, [at('*/*')])).toBeNull();
  });

  test('is told with twenty names at most', () => {
    const many = Array.from({ length: 25 }, (_, n) => at(`production/service-${n + 10}`));
    expect(told('elsewhere', null, false, many)).toMatch(/service-29, and 5 more$/);
  });
});
