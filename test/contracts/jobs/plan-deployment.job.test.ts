import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { planDeployment } from '../../../src/contracts/jobs/plan-deployment.job.js';
import { messagesOf, pathsOf } from '../refused.js';

const { data } = planDeployment;
const smallest = { schema: 1, service: 'api', version: '1.4.2' };
/** design.md, part 8, word for word. */
const example = {
  schema: 1,
  service: 'api',
  environment: 'production',
  version: '1.4.2',
  strategy: { kind: 'rolling', batchSize: 1 },
  targets: [{ id: 'web-1', name: 'web 1', address: '127.0.0.1:8081' }],
  approve: true,
  requestedBy: 'ci',
  idempotencyKey: 'build-812',
  metadata: { commit: 'abc' },
};

describe('a plan-deployment job', () => {
  test('is taken as the design shows it', () => {
    expect(data.parse(example)).toEqual({
      ...example,
      targets: [{ id: 'web-1', name: 'web 1', address: '127.0.0.1:8081', metadata: {} }],
    });
  });

  test('needs no more than service and version; the rest has defaults', () => {
    expect(data.parse(smallest)).toEqual({
      ...smallest,
      environment: 'production',
      approve: false,
      metadata: {},
    });
  });

  test('goes to the queue and under the name that publishers know, and is tried again for a day', () => {
    expect(planDeployment).toMatchObject({ queue: 'plan', name: 'plan-deployment' });
    expect(planDeployment.options).toMatchObject({
      attempts: 10,
      removeOnComplete: { age: 86_400 },
      removeOnFail: { age: 604_800 },
    });
  });

  test('takes the largest values that it allows', () => {
    const text = 'x'.repeat(200);
    const largest = {
      ...smallest,
      service: 'a'.repeat(63),
      version: '版'.repeat(256),
      requestedBy: text,
      idempotencyKey: text,
      metadata: { ['k'.repeat(100)]: 'v'.repeat(1_000) },
    };

    expect(data.safeParse(largest).success).toBe(true);
  });

  test('of a later version is refused as such, and not as one that is wrong', () => {
    expect(messagesOf(data, { ...smallest, schema: 2 })).toBe(
      '2 is of a newer version than this, expected 1',
    );
    for (const schema of [0, '2', null]) {
      expect(messagesOf(data, { ...smallest, schema })).toBe('Invalid input: expected 1');
    }
  });

  test.each<[string, object, string]>([
    ['a service that could break out of a key', { service: 'a:b{c}\n' }, 'service'],
    ['a service with a line break', { service: 'api\n' }, 'service'],
    ['a service in capitals', { service: 'API' }, 'service'],
    ['an empty service', { service: '' }, 'service'],
    ['a service that is too long', { service: 'a'.repeat(64) }, 'service'],
    ['a service that is no text', { service: 7 }, 'service'],
    ['no service', { service: undefined }, 'service'],
    ['an environment that is no name', { environment: 'prod:eu' }, 'environment'],
    ['a version with spaces', { version: '1.4 .2' }, 'version'],
    ['an empty version', { version: '' }, 'version'],
    ['a version that is too long', { version: '1'.repeat(257) }, 'version'],
    ['no version', { version: undefined }, 'version'],
    ['a newer schema', { schema: 2 }, 'schema'],
    ['a schema in words', { schema: '1' }, 'schema'],
    ['no schema', { schema: undefined }, 'schema'],
    ['an unknown strategy', { strategy: { kind: 'yolo' } }, 'strategy.kind'],
    ['a strategy in words', { strategy: 'rolling' }, 'strategy'],
    [
      'half a target a batch',
      { strategy: { kind: 'rolling', batchSize: 0.5 } },
      'strategy.batchSize',
    ],
    [
      'a canary stage beyond all',
      { strategy: { kind: 'canary', stages: [10, 101] } },
      'strategy.stages.1',
    ],
    ['a canary with no stages', { strategy: { kind: 'canary', stages: [] } }, 'strategy.stages'],
    [
      'a threshold beyond one',
      { strategy: { kind: 'canary', successThreshold: 95 } },
      'strategy.successThreshold',
    ],
    ['a delay that is no time', { strategy: { kind: 'rolling', delay: 'soon' } }, 'strategy.delay'],
    ['a target without id', { targets: [{ name: 'web 1' }] }, 'targets.0.id'],
    ['a target id that is no name', { targets: [{ id: 'web 1' }] }, 'targets.0.id'],
    ['a target id that is too long', { targets: [{ id: 'w'.repeat(129) }] }, 'targets.0.id'],
    [
      'an address that an argv would take for an option',
      { targets: [{ id: 'a', address: '-oProxyCommand=x' }] },
      'targets.0.address',
    ],
    ['an address with spaces', { targets: [{ id: 'a', address: 'a b' }] }, 'targets.0.address'],
    ['a target name of two lines', { targets: [{ id: 'a', name: 'a\nb' }] }, 'targets.0.name'],
    [
      'target metadata that is no text',
      { targets: [{ id: 'a', metadata: { n: 1 } }] },
      'targets.0.metadata.n',
    ],
    [
      'more targets than can be planned',
      { targets: Array.from({ length: 10_001 }, (_, n) => ({ id: `t${n}` })) },
      'targets',
    ],
    ['approval in words', { approve: 'yes' }, 'approve'],
    ['a requester with control characters', { requestedBy: 'ci\u001b[31m' }, 'requestedBy'],
    ['an empty requester', { requestedBy: '' }, 'requestedBy'],
    ['a requester that is too long', { requestedBy: 'x'.repeat(201) }, 'requestedBy'],
    ['an empty idempotency key', { idempotencyKey: '' }, 'idempotencyKey'],
    ['an idempotency key that is too long', { idempotencyKey: 'x'.repeat(201) }, 'idempotencyKey'],
    ['metadata that is no text', { metadata: { commit: { sha: 'abc' } } }, 'metadata.commit'],
    ['5 MB of metadata', { metadata: { log: 'x'.repeat(5_000_000) } }, 'metadata.log'],
    [
      'a metadata key that is too long',
      { metadata: { ['k'.repeat(101)]: '' } },
      `metadata.${'k'.repeat(101)}`,
    ],
    ['an unknown driver', { driver: { kind: 'rsync' } }, 'driver.kind'],
    ['an unknown check', { checks: [{ kind: 'gut feeling' }] }, 'checks.0.kind'],
  ])('with %s is refused, and the field is named', (_, broken, path) => {
    expect(pathsOf(data, { ...smallest, ...broken })).toContain(path);
  });

  test.each([
    ['the job', { ...smallest, force: true }, 'force'],
    ['its strategy', { ...smallest, strategy: { kind: 'rolling', size: 2 } }, 'size'],
    ['a target', { ...smallest, targets: [{ id: 'a', adress: 'typo' }] }, 'adress'],
  ])(
    'with a field that %s does not have is refused, and the field is named',
    (_, broken, field) => {
      expect(messagesOf(data, broken)).toContain(`"${field}"`);
    },
  );

  test('says what was wanted', () => {
    expect(messagesOf(data, { ...smallest, service: 'a:b' })).toContain(
      '`a:b` is not a valid service name: use a-z, 0-9',
    );
    expect(messagesOf(data, { ...smallest, version: 'a b' })).toContain(
      'U+0020 (space) at position 2',
    );
  });

  test('takes no harm from keys that JavaScript gives a meaning', () => {
    const evil = JSON.parse(
      '{"schema":1,"service":"api","version":"1","metadata":{"__proto__":"x","constructor":"y"}}',
    );
    const { metadata } = data.parse(evil);

    expect(Object.getPrototypeOf(metadata)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
    expect(metadata['constructor']).toBe('y');
    const top = JSON.parse(
      '{"schema":1,"service":"api","version":"1","__proto__":{"approve":true}}',
    );
    const parsed = data.safeParse(top);
    expect(parsed.success && parsed.data.approve).toBe(false);
  });

  test.each([null, undefined, 'api', 7, [], [smallest]])('that is %j is refused', (payload) => {
    expect(data.safeParse(payload).success).toBe(false);
  });

  test('documents itself as JSON Schema, for publishers in any language', () => {
    expect(z.toJSONSchema(data, { io: 'input' })).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['schema', 'service', 'version'],
      properties: { schema: { const: 1 }, service: { maxLength: 63 }, approve: { default: false } },
    });
  });
});
