import { describe, expect, test } from 'vitest';
import { ConfigSchema, defineConfig } from '../../src/contracts/config/config.schema.js';
import { DEFAULT_POLICY } from '../../src/domain/model/plan/policy.js';
import { messagesOf, pathsOf } from './refused.js';

const driver = {
  kind: 'command',
  argv: ['./deploy.sh', '{target.address}', '{version}'],
  timeout: '60s',
};
/** design.md, part 8: the smallest useful form. */
const example = {
  services: {
    api: {
      driver,
      targets: [
        { id: 'web-1', address: '127.0.0.1:8081' },
        { id: 'web-2', address: '127.0.0.1:8082' },
      ],
      strategy: { kind: 'rolling', batchSize: 1, delay: '0s' },
      checks: [
        {
          kind: 'http',
          url: 'http://{target.address}/healthz',
          expectedStatus: 200,
          timeout: '5s',
        },
      ],
      policy: { approval: 'none', onFailure: 'rollback', onConflict: 'queue' },
      environments: { staging: { targets: [{ id: 's-1', address: '127.0.0.1:9081' }] } },
    },
  },
};
const service = (settings: object) => ({ services: { api: settings } });

describe('a configuration', () => {
  test('is taken as the design shows it, times in milliseconds', () => {
    const { services } = ConfigSchema.parse(example);

    expect(services['api']).toMatchObject({
      driver: { kind: 'command', timeout: 60_000, killGrace: 10_000, transientExitCodes: [75] },
      targets: [{ id: 'web-1', name: 'web-1' }, { id: 'web-2' }],
      strategy: { kind: 'rolling', batchSize: 1, delay: 0 },
      checks: [{ kind: 'http', method: 'GET', critical: true, timeout: 5_000, headers: {} }],
      policy: DEFAULT_POLICY,
      environments: { staging: { targets: [{ id: 's-1' }] } },
    });
  });

  test('needs nothing but services; the rest has defaults', () => {
    expect(ConfigSchema.parse({ services: { '*': {} } })).toEqual({
      namespace: 'signalbox',
      services: { '*': { policy: DEFAULT_POLICY, promotions: [], environments: {} } },
      worker: { concurrency: 50, lease: 5_000, shutdownGrace: 20_000 },
      unknownService: { grace: 60_000 },
      metricSources: {},
      windows: [],
      limits: [],
      output: { perCall: 1_048_576, perDeployment: 67_108_864 },
      retention: {
        ...{ deployments: 90 * 86_400_000, keep: 50, most: 1_000, atLeast: 86_400_000 },
        ...{ releases: 90 * 86_400_000, promotions: 90 * 86_400_000, jobs: 7 * 86_400_000 },
      },
      trustPublishers: false,
      security: {
        tokens: [],
        sessionTime: 8 * 3_600_000,
        publishers: [],
        requireSignedJobs: false,
        replayWindow: 5 * 60_000,
      },
      server: {
        rateLimit: { enabled: true, requests: 1_200, per: 60_000, atOnce: 64 },
        trustedProxies: [],
      },
    });
  });

  test('fills nothing into an environment: only what is written there overrides', () => {
    const { services } = ConfigSchema.parse(
      service({ environments: { staging: { policy: { retries: 0, retryDelay: '2s' } }, eu: {} } }),
    );

    expect(services['api']?.environments).toEqual({
      staging: { policy: { retries: 0, retryDelay: 2_000 } },
      eu: {},
    });
  });

  test('written in TypeScript is what was written; it is checked when it is loaded', () => {
    const config = { services: {} };

    expect(defineConfig(config)).toBe(config);
  });

  test.each<[string, object, string]>([
    ['no services', {}, 'services'],
    ['a namespace that breaks out of its tag', { services: {}, namespace: 'a}b' }, 'namespace'],
    ['a service that is no name', { services: { 'A:b': {} } }, 'services.A:b'],
    [
      'an environment that is no name',
      service({ environments: { 'x y': {} } }),
      'services.api.environments.x y',
    ],
    ['an unknown driver', service({ driver: { kind: 'ftp' } }), 'services.api.driver.kind'],
    [
      'a command without argv',
      service({ driver: { kind: 'command' } }),
      'services.api.driver.argv',
    ],
    [
      'an empty argv',
      service({ driver: { kind: 'command', argv: [] } }),
      'services.api.driver.argv.0',
    ],
    [
      'an empty command',
      service({ driver: { kind: 'command', argv: [''] } }),
      'services.api.driver.argv.0',
    ],
    [
      'a variable that is no name',
      service({ driver: { ...driver, env: { 'A-B': '' } } }),
      'services.api.driver.env.A-B',
    ],
    [
      'an exit code of 0 to try again',
      service({ driver: { ...driver, transientExitCodes: [0] } }),
      'services.api.driver.transientExitCodes.0',
    ],
    [
      'a timeout that is no time',
      service({ driver: { ...driver, timeout: 'long' } }),
      'services.api.driver.timeout',
    ],
    [
      'a process with neither release nor archive',
      service({ driver: { kind: 'local_process', argv: ['x'] } }),
      'services.api.driver.release',
    ],
    [
      'a process with both',
      service({ driver: { kind: 'local_process', argv: ['x'], release: 'a', archive: 'b' } }),
      'services.api.driver.release',
    ],
    [
      'a path that does not begin at the root',
      service({ driver: { kind: 'local_process', argv: ['x'], release: 'a', readyPath: 'up' } }),
      'services.api.driver.readyPath',
    ],
    ['a check without url', service({ checks: [{ kind: 'http' }] }), 'services.api.checks.0.url'],
    [
      'a status that is none',
      service({ checks: [{ kind: 'http', url: 'x', expectedStatus: 99 }] }),
      'services.api.checks.0.expectedStatus',
    ],
    [
      'a check that never agrees',
      service({ checks: [{ kind: 'tcp', address: 'a:1', healthyThreshold: 0 }] }),
      'services.api.checks.0.healthyThreshold',
    ],
    [
      'a check command with an odd variable',
      service({ checks: [{ kind: 'command', argv: ['x'], env: { '1A': '' } }] }),
      'services.api.checks.0.env.1A',
    ],
    [
      'a level beyond all',
      service({ checks: [{ kind: 'disk', warning: 101 }] }),
      'services.api.checks.0.warning',
    ],
    [
      'a policy that does not exist',
      service({ policy: { onFailure: 'shrug' } }),
      'services.api.policy.onFailure',
    ],
    ['too many repetitions', service({ policy: { retries: 21 } }), 'services.api.policy.retries'],
    [
      'a deadline too near',
      service({ policy: { deadline: '1ms' } }),
      'services.api.policy.deadline',
    ],
    [
      'a policy of an environment that does not exist',
      service({ environments: { eu: { policy: { approval: 'maybe' } } } }),
      'services.api.environments.eu.policy.approval',
    ],
    ['no lane for a job', { services: {}, worker: { concurrency: 0 } }, 'worker.concurrency'],
    ['a lease too short', { services: {}, worker: { lease: '10ms' } }, 'worker.lease'],
    ['trust in words', { services: {}, trustPublishers: 'yes' }, 'trustPublishers'],
  ])('with %s is refused, and the field is named', (_, config, path) => {
    expect(pathsOf(ConfigSchema, config)).toContain(path);
  });

  test.each([
    ['the top', { services: {}, redis: 'x' }, '"redis"'],
    ['a service', service({ target: [] }), '"target"'],
    ['a policy', service({ policy: { retry: 1 } }), '"retry"'],
    ['an environment', service({ environments: { eu: { environments: {} } } }), '"environments"'],
    ['a check', service({ checks: [{ kind: 'memory', path: '/' }] }), '"path"'],
  ])(
    'with a field that %s does not have is refused, and the field is named',
    (_, config, field) => {
      expect(messagesOf(ConfigSchema, config)).toContain(field);
    },
  );

  test('has every kind of check with its defaults', () => {
    const checks = [
      { kind: 'http', url: 'http://x' },
      { kind: 'tcp', address: 'x:1' },
      { kind: 'command', argv: ['true'] },
      { kind: 'memory' },
      { kind: 'disk' },
    ];
    const parsed = ConfigSchema.parse(service({ checks })).services['api']?.checks ?? [];

    for (const check of parsed) {
      expect(check).toMatchObject({
        critical: true,
        timeout: 5_000,
        healthyThreshold: 1,
        unhealthyThreshold: 3,
        interval: 1_000,
      });
    }
    expect(parsed.slice(2)).toMatchObject([
      { expectedExitCode: 0, env: {} },
      { warning: 80, criticalLevel: 95 },
      { warning: 80, criticalLevel: 95, path: '/' },
    ]);
  });

  test('has a process driver with its defaults', () => {
    const local = { kind: 'local_process', argv: ['./serve'], release: '/srv/{version}' };

    expect(ConfigSchema.parse(service({ driver: local })).services['api']?.driver).toEqual({
      ...local,
      env: {},
      readyTimeout: 30_000,
      stopGrace: 10_000,
      probation: true,
      stateDir: '.signalbox/processes',
    });
  });
});
