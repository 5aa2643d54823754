import { describe, expect, test } from 'vitest';
import { ConfiguredServices } from '../../../src/adapters/config/configured-services.js';
import { checkConfig } from '../../../src/adapters/config/load-config.js';
import { ConfigError } from '../../../src/contracts/problems/config-error.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import type { ConfigInput } from '../../../src/contracts/config/config.schema.js';
import { environmentName, serviceName } from '../../../src/domain/model/ids.js';
import { aDeployment, v } from '../../support/fixtures.js';

const driver = { kind: 'command' as const, argv: ['./deploy.sh', '{version}'] as [string, string] };
const services = (config: ConfigInput): ConfiguredServices =>
  new ConfiguredServices(checkConfig(config), {
    flagStore: () => null,
    clock: systemClock,
    stateDir: '.signalbox',
    workerId: 'w1',
  });
const resolve = (config: ConfigInput, name = 'api', environment = 'production', overrides = {}) =>
  services(config).resolve(
    { service: serviceName(name), environment: environmentName(environment) },
    v('1.0.0'),
    overrides,
  );

describe('a configured service', () => {
  const config: ConfigInput = {
    services: {
      api: {
        driver,
        targets: [{ id: 'web-1' }, { id: 'web-2' }],
        checks: [{ kind: 'tcp', address: '{target.address}' }],
        policy: { retries: 7 },
        environments: { staging: { targets: [{ id: 's-1' }], policy: { approval: 'required' } } },
      },
    },
  };

  test('is planned with its driver, targets, checks and policy', () => {
    expect(resolve(config)).toMatchObject({
      ok: true,
      value: {
        driver: { kind: 'command', fences: false, removes: false },
        targets: [{ id: 'web-1' }, { id: 'web-2' }],
        checks: [{ kind: 'tcp', critical: true }],
        policy: { retries: 7, approval: 'none' },
        strategy: { kind: 'rolling' },
      },
    });
  });

  test('takes what an environment overrides, and keeps the rest', () => {
    expect(resolve(config, 'api', 'staging')).toMatchObject({
      ok: true,
      value: { targets: [{ id: 's-1' }], policy: { retries: 7, approval: 'required' } },
    });
  });

  test.each(['prodution', 'stagin', 'constructor'])(
    'is refused in the environment %s, which nobody configured, with those that there are',
    (environment) => {
      expect(resolve(config, 'api', environment)).toMatchObject({
        ok: false,
        error: {
          path: 'environment',
          message: expect.stringMatching(
            /^api has no environment \S+( \(did you mean `(production|staging)`\?\))?: configured are production, staging$/,
          ),
        },
      });
    },
  );

  test('is planned in any environment where "*" stands for those that are not named', () => {
    const targets = [{ id: 'any-1' }];
    const open = { services: { api: { driver, targets, environments: { '*': { policy: {} } } } } };
    for (const environment of ['production', 'pr-17'])
      expect(resolve(open, 'api', environment)).toMatchObject({ ok: true, value: { targets } });
  });

  test.each(['web', 'constructor', 'tostring'])(
    'named %s is unknown unless it is configured',
    (name) => {
      expect(resolve(config, name)).toMatchObject({
        ok: false,
        error: { path: 'service', message: expect.stringContaining('configured are api') },
      });
    },
  );

  test('falls back to "*" where there is one', () => {
    const fallback = { services: { '*': { driver, targets: [{ id: 'any' }] } } };

    expect(resolve(fallback, 'constructor')).toMatchObject({
      ok: true,
      value: { targets: [{ id: 'any' }] },
    });
  });

  test.each([
    ['no driver', { services: { api: { targets: [{ id: 'a' }] } } }, 'driver'],
    ['no targets', { services: { api: { driver } } }, 'targets'],
  ])('with %s is refused, naming the field', (_, broken, path) => {
    expect(resolve(broken)).toMatchObject({ ok: false, error: { path } });
  });
});

describe('driver and checks in a job', () => {
  const config = { services: { api: { driver, targets: [{ id: 'a' }] } } };
  const trusted = { driver: { kind: 'command', argv: ['rm'] } };

  test('are refused, since whoever can write a job must not thereby run a command', () => {
    expect(resolve(config, 'api', 'production', { trusted })).toMatchObject({
      ok: false,
      error: { path: 'driver', message: expect.stringContaining('does not trust its publishers') },
    });
  });

  test('are taken where the operator trusts publishers, now and when the plan is carried out', () => {
    const trusting = { ...config, trustPublishers: true };
    expect(resolve(trusting, 'api', 'production', { trusted })).toMatchObject({
      ok: true,
      value: { trusted },
    });

    const deployment = aDeployment();
    const planned = { ...deployment, plan: { ...deployment.plan, trusted } };
    expect(services(trusting).runtimeOf(planned)).toMatchObject({
      ok: true,
      value: { driver: { kind: 'command' } },
    });
  });
});

describe('a configuration that can not work', () => {
  test('is refused at start, naming the field and what was wanted', () => {
    const config: ConfigInput = { services: { api: { driver, policy: { retries: 99 } } } };

    expect(() => checkConfig(config, 'signalbox.config.yaml')).toThrow(ConfigError);
    expect(() => checkConfig(config, 'signalbox.config.yaml')).toThrow(
      /signalbox\.config\.yaml[\s\S]*services\.api\.policy\.retries/,
    );
  });

  test('is refused for a placeholder that nothing fills', () => {
    const argv: [string, string] = ['./deploy.sh', '{targt.id}'];

    expect(() => services({ services: { api: { driver: { kind: 'command', argv } } } })).toThrow(
      'targt.id',
    );
  });
});
