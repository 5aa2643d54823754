import { describe, expect, test } from 'vitest';
import { knowledgeOf } from '../../../src/adapters/config/config-knowledge.js';
import { outlineOf } from '../../../src/adapters/config/config-outline.js';
import { type ConfigInput, ConfigSchema } from '../../../src/contracts/config/config.schema.js';
import { approvalIn, fingerprintIn, knows } from '../../../src/domain/fleet/knowledge.js';
import { environmentName } from '../../../src/domain/model/ids.js';
import { API } from '../../support/fixtures.js';

const command = (...argv: [string, ...string[]]) => ({ kind: 'command' as const, argv });
const known = (services: ConfigInput['services']) => knowledgeOf(ConfigSchema.parse({ services }));
const api = (own: ConfigInput['services'][string]) => known({ api: own });
const staging = { ...API, environment: environmentName('staging') };

describe('the fingerprint of a configuration', () => {
  test('is the same however it is written, and another where anything of it is', () => {
    const one = api({ driver: command('put'), targets: [{ id: 'a' }] }).knowledge;
    const same = api({ targets: [{ id: 'a' }], driver: { argv: ['put'], kind: 'command' } });
    const changed = api({ driver: command('put'), targets: [{ id: 'a' }, { id: 'b' }] }).knowledge;
    expect(fingerprintIn(one, API)).toMatch(/^[0-9a-f]{64}$/);
    expect(same.knowledge).toEqual(one);
    expect(fingerprintIn(changed, API)).not.toBe(fingerprintIn(one, API));
  });

  test('is of the effective configuration: each environment has its own', () => {
    const own = { driver: command('put'), environments: { staging: { driver: command('try') } } };
    const { knowledge, outlines } = api(own);
    const there = fingerprintIn(knowledge, staging) ?? '';
    expect(there).not.toBe(fingerprintIn(knowledge, API));
    expect(outlines.get(there)).toMatchObject({ 'driver.argv[0]': 'try' });
  });

  test('changes with a secret, and tells nothing of it', () => {
    const withToken = (TOKEN: string) => api({ driver: { ...command('put'), env: { TOKEN } } });
    const [one, other] = [withToken('hush-1'), withToken('hush-2')];
    expect(fingerprintIn(one.knowledge, API)).not.toBe(fingerprintIn(other.knowledge, API));
    expect(JSON.stringify([one.knowledge, ...one.outlines])).not.toContain('hush');
  });
});

test('a configuration says who must approve, in each environment, and that nobody must', () => {
  const own = {
    driver: command('put'),
    policy: { approval: { of: ['ann'] } },
    environments: { staging: { policy: { approval: 'none' as const } } },
  };
  const { knowledge } = api(own);

  expect(approvalIn(knowledge, API)).toMatchObject({
    configuration: fingerprintIn(knowledge, API),
    policy: { approval: 'required', approvers: ['ann'], approvalOnChange: 'again' },
  });
  expect(approvalIn(knowledge, staging)?.policy.approval).toBe('none');
});

test('a service without a driver in an environment is not known there', () => {
  const { knowledge } = api({ environments: { staging: { driver: command('try') } } });
  expect(knows(knowledge, { ref: staging, bringsDriver: false })).toBe(true);
  expect(knows(knowledge, { ref: API, bringsDriver: false })).toBe(false);
});

test('an environment that nobody named is not known, unless "*" stands for all others', () => {
  const driver = command('put');
  const prodution = { ...API, environment: environmentName('prodution') };
  const need = { ref: prodution, bringsDriver: false };
  expect(knows(api({ driver }).knowledge, need)).toBe(false);
  expect(knows(api({ driver, environments: { staging: {} } }).knowledge, need)).toBe(false);
  const any = api({ driver, environments: { '*': { driver: command('try') } } });
  expect(knows(any.knowledge, need)).toBe(true);
  expect(any.outlines.get(fingerprintIn(any.knowledge, prodution) ?? '')).toMatchObject({
    'driver.argv[0]': 'try',
  });
});

test('an outline shows settings by their paths, and hides what may be a secret', () => {
  expect(
    outlineOf({
      driver: {
        argv: ['put', '--token', 'hush', '--api-key=hush', 'PASSWORD=hush', '--port', '80'],
        env: { PORT: 'hush' },
        timeout: 900_000,
      },
      checks: [{ url: 'http://user:hush@host/', headers: { authorization: 'hush' } }],
      password: 'hush',
      router: null,
      flags: undefined,
      secrets: undefined,
    }),
  ).toEqual({
    'driver.argv[0]': 'put',
    'driver.argv[1]': '--token',
    'driver.argv[2]': '(hidden)',
    'driver.argv[3]': '--api-key=(hidden)',
    'driver.argv[4]': 'PASSWORD=(hidden)',
    'driver.argv[5]': '--port',
    'driver.argv[6]': '80',
    'driver.env.PORT': '(hidden)',
    'driver.timeout': '900000',
    'checks[0].url': 'http://(hidden)@host/',
    'checks[0].headers.authorization': '(hidden)',
    password: '(hidden)',
    router: 'null',
  });
});
