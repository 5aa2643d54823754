import { describe, expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/adapters/config/config-knowledge.js';
import { missingSecrets } from '../../../src/adapters/config/missing-secrets.js';
import { type ConfigInput, ConfigSchema } from '../../../src/contracts/config/config.schema.js';
import { knows, lackIn } from '../../../src/domain/fleet/knowledge.js';
import { environmentName } from '../../../src/domain/model/ids.js';
import { API } from '../../support/fixtures.js';

const driver = (env: Record<string, string> = {}) => ({
  ...{ kind: 'command' as const, argv: ['deploy', 'env:NO_SECRET'] as [string, ...string[]] },
  env,
});
const missing = async (config: Omit<ConfigInput, 'services'> & ConfigInput, env = {}) =>
  (await missingSecrets(ConfigSchema.parse(config), env)).map(
    ({ path, stops }) =>
      `${path.join('.')}: ${stops.map(({ service, environment }) => `${environment}/${service}`).join(' ')}`,
  );

describe('a secret that is named and not there', () => {
  test('is told with its field, and whom it stops: environments that say otherwise go on', async () => {
    const api = {
      driver: driver({ TOKEN: 'env:TOKEN', FILE: 'file:/nowhere/at/all', PLAIN: 'x' }),
      environments: { staging: { driver: driver() }, qa: {} },
    };
    expect(await missing({ services: { api } })).toEqual([
      'services.api.driver.env.TOKEN: production/api qa/api',
      'services.api.driver.env.FILE: production/api qa/api',
    ]);
    expect(await missing({ services: { api } }, { TOKEN: 't' })).toHaveLength(1);
  });

  test('is found in checks, and in what an environment says of itself', async () => {
    const checks = [
      { kind: 'http' as const, url: 'http://127.0.0.1/', headers: { authorization: 'env:T' } },
    ];
    const api = { driver: driver(), environments: { staging: { checks } } };
    expect(await missing({ services: { api } })).toEqual([
      'services.api.environments.staging.checks.0.headers.authorization: staging/api',
    ]);
  });

  test('of a metric source stops those that ask it', async () => {
    const metric = { kind: 'latency' as const, name: 'm', source: 'p', query: 'q', max: 1 };
    const config: ConfigInput = {
      metricSources: {
        p: { kind: 'prometheus' as const, url: 'http://127.0.0.1:9', bearer: 'env:T' },
      },
      services: {
        api: { driver: driver(), analyses: { errors: { metrics: [metric] } } },
        web: { driver: driver() },
      },
    };
    expect(await missing(config)).toEqual(['metricSources.p.bearer: production/api']);
  });

  test('is none where everything is there, and an argument is no secret', async () => {
    const services = { api: { driver: driver({ TOKEN: 'env:TOKEN' }) } };
    expect(await missing({ services }, { TOKEN: '' })).toEqual([]);
  });
});

test('a worker without a secret does not carry out what needs it, and says what it lacks', async () => {
  const environments = { staging: { driver: driver() }, '*': {} };
  const config = ConfigSchema.parse({
    services: { api: { driver: driver({ TOKEN: 'env:TOKEN', OTHER: 'env:OTHER' }), environments } },
  });
  const { knowledge } = knowledgeOf(config, await missingSecrets(config, {}));
  const need = (environment: string) => ({
    ref: { ...API, environment: environmentName(environment) },
    bringsDriver: false,
  });

  expect(knows(knowledge, need('staging'))).toBe(true);
  for (const place of ['production', 'pr-17']) {
    expect(knows(knowledge, need(place))).toBe(false);
    expect(lackIn(knowledge, need(place).ref)).toBe(
      'services.api.driver.env.TOKEN: "TOKEN" is taken from TOKEN, which is not set where the worker runs',
    );
  }
  expect(lackIn(knowledge, need('staging').ref)).toBeNull();
});
