import { describe, expect, test } from 'vitest';
import { configuredPromotions } from '../../../src/adapters/config/configured-promotions.js';
import { PromotionsSchema } from '../../../src/contracts/config/promotion.schema.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';

const rules = (...ways: readonly (readonly [string, string])[]) => ({
  promotions: PromotionsSchema.parse(ways.map(([from, to]) => ({ from, to }))),
});
const from = configuredPromotions({
  services: {
    api: rules(['staging', 'production'], ['staging', 'eu'], ['dev', 'staging']),
    web: {},
    '*': rules(['staging', 'production']),
  },
});
const ways = (service: string, environment: string) =>
  from({ service: serviceName(service), environment: environmentName(environment) }).map(
    ({ to }) => to,
  );

describe('configured promotions', () => {
  test('are those of the service that begin in the environment', () => {
    expect(ways('api', 'staging')).toEqual(['production', 'eu']);
    expect(ways('api', 'dev')).toEqual(['staging']);
    expect(ways('api', 'production')).toEqual([]);
  });

  test('fall back to those of "*" for a service that is not named', () => {
    expect(ways('constructor', 'staging')).toEqual(['production']);
    expect(ways('web', 'staging')).toEqual([]);
    expect(
      configuredPromotions({ services: {} })({
        service: serviceName('api'),
        environment: environmentName('staging'),
      }),
    ).toEqual([]);
  });
});
