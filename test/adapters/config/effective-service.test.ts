import { describe, expect, test } from 'vitest';
import {
  effectiveConfig,
  effectiveService,
} from '../../../src/adapters/config/effective-service.js';
import { checkConfig } from '../../../src/adapters/config/load-config.js';
import { StrategySchema } from '../../../src/contracts/strategy/strategy.schema.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import { coloured, equipped, sketched } from '../../domain/strategies/sketch.js';

const metrics = [
  { kind: 'rate', name: 'e', source: 'p', query: 'a', total: 'b', max: 0.01 },
  { kind: 'threshold', name: 't', source: 'p', query: 'q', min: 3 },
  { kind: 'latency', name: 'l', source: 'p', query: 'q', baseline: 'stable', maxIncrease: '12.5%' },
  { kind: 'latency', name: 'm', source: 'p', query: 'q', baseline: 'previous', maxDecrease: 5 },
];
const SOURCES = { p: { kind: 'prometheus', url: 'http://127.0.0.1:9090' } };
const config = checkConfig({
  windows: [
    {
      ...{ kind: 'deny', rrule: 'FREQ=WEEKLY;BYDAY=SA', duration: '2d', timeZone: 'UTC' },
      environments: ['production'],
    },
  ],
  limits: [{ environment: 'production', most: 2 }],
  metricSources: SOURCES,
  services: {
    api: {
      driver: { kind: 'command', argv: ['deploy'], env: { TOKEN: 'hunter2' } },
      policy: { approval: { required: 2, of: ['ada', 'bob'], expires: '1d' }, retries: 5 },
      analyses: { e: { metrics } },
      promotions: [{ from: 'staging', to: 'production' }],
      environments: {
        staging: { policy: { approval: 'none', retryDelay: '9s' }, strategy: { kind: 'canary' } },
      },
    },
    web: {},
  },
});
const shown = (service: string, environment: string) => {
  const ref = { service: serviceName(service), environment: environmentName(environment) };
  const found = effectiveService(config, ref);
  return found.ok ? found.value : found.error;
};

describe('what holds for a service in an environment', () => {
  test('has all defaults filled in, in the words of a configuration, and no secret', () => {
    const found = shown('api', 'production');
    expect(found).toMatchObject({
      driver: { kind: 'command', timeout: '15m', env: { TOKEN: '***' } },
      strategy: { kind: 'rolling', batchSize: 1 },
      router: { kind: 'none' },
      flags: { kind: 'redis' },
      policy: {
        approval: {
          ...{ required: 2, of: ['ada', 'bob'], notByRequester: false, expires: '1d' },
          onChange: 'again',
        },
        retries: 5,
        retryDelay: '1s',
        windows: [{ kind: 'deny', duration: '2d' }],
      },
      limits: [{ of: 'environment:production', most: 2 }],
      promotions: [],
    });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('is what a configuration may say again', () => {
    const { limits: _, ...again } = Object(shown('api', 'production'));
    expect(() => checkConfig({ services: { api: again }, metricSources: SOURCES })).not.toThrow();
    expect(Object(shown('api', 'production')).analyses.e.metrics).toMatchObject(metrics);
  });

  test('has the environment’s settings over the service’s', () => {
    expect(shown('api', 'staging')).toMatchObject({
      strategy: { kind: 'canary', stages: [10, 25, 50, 100], successThreshold: 0.95 },
      policy: { approval: 'none', retries: 5, retryDelay: '9s', windows: [] },
      promotions: [{ from: 'staging', to: 'production', soak: '0', auto: true }],
      limits: [],
    });
  });

  test('is nothing for a service that is not configured, or has no driver', () => {
    expect(shown('apii', 'production')).toMatchObject({
      path: 'service',
      message: expect.stringContaining('(did you mean `api`?)'),
    });
    expect(shown('web', 'production')).toMatchObject({ path: 'driver' });
  });

  test('is there for every service and environment at once', () => {
    expect(effectiveConfig(config)).toMatchObject({
      namespace: 'signalbox',
      worker: { lease: '5s' },
      services: {
        api: { production: { policy: { retries: 5 } }, staging: { strategy: { kind: 'canary' } } },
        web: { production: { problem: expect.stringContaining('no driver') } },
      },
    });
  });

  test.each(['rolling', 'canary', 'blue_green', 'feature_flag'] as const)(
    'fills into %s just what it does anyway',
    (kind) => {
      const asked = StrategySchema.parse({ kind });
      const driver = { kind: 'command', argv: ['deploy'] };
      const strategies = checkConfig({ services: { api: { driver, strategy: { kind } } } });
      const ref = { service: serviceName('api'), environment: environmentName('production') };
      const found = effectiveService(strategies, ref);
      const filled = StrategySchema.parse(found.ok ? found.value['strategy'] : null);

      expect(filled).not.toEqual(asked);
      const world = kind === 'blue_green' ? coloured(10, 5) : equipped(10);
      expect(sketched(filled, world)).toEqual(sketched(asked, world));
    },
  );
});
