import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  memberDeploymentId,
  releaseJobQueue,
  newRelease,
  releaseJobId,
  ReleaseIdSchema,
  ReleaseRequestSchema,
} from '../../src/contracts/release.schema.js';
import { StrategySchema } from '../../src/contracts/strategy/strategy.schema.js';
import { releaseView } from '../../src/contracts/views/release-view.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { aRelease, deployed, led, memberOf } from '../domain/release/releases.js';
import { messagesOf, pathsOf } from './refused.js';

const api = { service: 'api', version: '1.4.2' };
const wire = { schema: 1, services: [api, { service: 'web', version: '3.0.0', after: ['api'] }] };
const NEW = () => releaseId('rel_brand0new0');
const made = (request: object) => newRelease(ReleaseRequestSchema.parse(request), NEW, 1_000);

describe('a request for a release', () => {
  test('needs services with their versions and nothing else', () => {
    expect(ReleaseRequestSchema.parse(wire)).toEqual({
      schema: 1,
      environment: 'production',
      services: [{ ...api, after: [] }, wire.services[1]],
      onFailure: 'rollback',
      metadata: {},
    });
  });

  test('may go back, and then leaves what is back, whatever becomes of the others', () => {
    const back = made({ ...wire, rollback: true });

    expect(back).toMatchObject({ rollback: true, onFailure: 'hold' });
    expect(made(wire)).not.toHaveProperty('rollback');
    const queueOf = (release: typeof back, kind: 'plan' | 'rollback') =>
      releaseJobQueue({ release, kind });
    expect([queueOf(back, 'plan'), queueOf(made(wire), 'plan')]).toEqual(['rollback', 'plan']);
    expect(queueOf(made(wire), 'rollback')).toBe('rollback');
  });

  test.each<[string, object, string]>([
    ['a newer schema', { ...wire, schema: 2 }, 'schema'],
    ['no service', { ...wire, services: [] }, 'services'],
    [
      'a service that is no name',
      { ...wire, services: [{ ...api, service: 'A b' }] },
      'services.0.service',
    ],
    ['no version', { ...wire, services: [{ service: 'api' }] }, 'services.0.version'],
    ['a service twice', { ...wire, services: [api, api] }, 'services.1.service'],
    [
      'one after a stranger',
      { ...wire, services: [{ ...api, after: ['db'] }] },
      'services.0.after.0',
    ],
    ['one after itself', { ...wire, services: [{ ...api, after: ['api'] }] }, 'services.0.after'],
    [
      'an unknown strategy',
      { ...wire, services: [{ ...api, strategy: { kind: 'yolo' } }] },
      'services.0.strategy.kind',
    ],
    ['a policy of its own', { ...wire, onFailure: 'ignore' }, 'onFailure'],
    ['an id that is none', { ...wire, id: 'rel:1' }, 'id'],
    [
      'labels that leave no room',
      {
        ...wire,
        metadata: Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`k${n}`, 'v'])),
      },
      'metadata',
    ],
  ])('with %s is refused, and the field is named', (_, request, path) => {
    expect(pathsOf(ReleaseRequestSchema, request)).toContain(path);
  });

  test('with a field that it does not have is refused', () => {
    expect(messagesOf(ReleaseRequestSchema, { ...wire, driver: {} })).toContain('"driver"');
    expect(messagesOf(ReleaseIdSchema, 'dep_0123456789')).toContain('rel_01j9z3k8w2');
  });

  test('documents itself as JSON Schema', () => {
    expect(z.toJSONSchema(ReleaseRequestSchema, { io: 'input' })).toMatchObject({
      additionalProperties: false,
      required: ['schema', 'services'],
    });
  });
});

describe('a new release', () => {
  test('has a new id, unless its request or its idempotency key names one', () => {
    const keyed = { ...wire, idempotencyKey: 'build-812' };

    expect(made(wire).id).toBe('rel_brand0new0');
    expect(made({ ...wire, id: 'rel_0123456789' }).id).toBe('rel_0123456789');
    expect(made(keyed).id).toMatch(/^rel_[0-9a-z]{26}$/);
    expect(made(keyed).id).toBe(made({ ...keyed, onFailure: 'hold' }).id);
    expect(made(keyed).id).not.toBe(made({ ...keyed, environment: 'staging' }).id);
  });

  test('tells by its digest whether it was asked for the same', () => {
    expect(made(wire).digest).toBe(made({ ...wire, environment: 'production' }).digest);
    expect(made(wire).digest).not.toBe(made({ ...wire, onFailure: 'hold' }).digest);
  });

  test('knows the deployment of each service before there is one', () => {
    const strategy = { kind: 'rolling', batchSize: 2 } as const;
    const release = made({
      ...wire,
      services: [{ ...api, strategy }],
      name: 'march',
      requestedBy: 'ci',
    });
    const [member] = release.members;

    expect(release).toMatchObject({
      name: 'march',
      requestedBy: 'ci',
      revision: 1,
      createdAt: 1_000,
    });
    expect(member).toMatchObject({ status: 'pending', strategy, attempt: 1 });
    expect(member?.deploymentId).toBe(
      memberDeploymentId(release, memberOf(release, 'api').service, 1),
    );
  });

  test.each([
    { kind: 'rolling', batchSize: '25%', delay: '5s', analysis: 'errors', pauseAfterFirst: true },
    { kind: 'canary', stages: [10, { weight: 50, wait: '5m', analyze: 'errors', gate: true }] },
    { kind: 'blue_green', retireDelay: '5m' },
    { kind: 'feature_flag', stages: [1, 10, 100] },
  ])('keeps a $kind strategy as its plan job will read it', (strategy) => {
    const [member] = made({ ...wire, services: [{ ...api, strategy }] }).members;
    const published: unknown = JSON.parse(JSON.stringify(member?.strategy));

    expect(StrategySchema.parse(published)).toEqual(StrategySchema.parse(strategy));
  });

  test('names each job after the attempt', () => {
    const release = made(wire);
    const member = { ...memberOf(release, 'web'), attempt: 2 };

    expect(releaseJobId({ kind: 'rollback', release, member })).toBe(
      'rel_brand0new0.web.rollback.2',
    );
  });
});

describe('what programs read of a release', () => {
  test('is the state of it and of each service', () => {
    const release = led(aRelease({ api: [], web: ['api'] }, { name: 'march' }), {});
    const member = memberOf(release, 'api');

    expect(releaseView(release)).toEqual({
      id: release.id,
      name: 'march',
      environment: 'production',
      state: 'running',
      reason: null,
      onFailure: 'rollback',
      rollback: false,
      services: [
        {
          service: 'api',
          version: '2.0.0',
          after: [],
          state: 'running',
          deploymentId: member.deploymentId,
          attempt: 1,
          reason: null,
        },
        {
          service: 'web',
          version: '2.0.0',
          after: ['api'],
          state: 'pending',
          deploymentId: null,
          attempt: 1,
          reason: null,
        },
      ],
      requestedBy: null,
      retries: [],
      metadata: {},
      createdAt: '1970-01-01T00:00:01.000Z',
      endedAt: null,
    });
  });

  test('says who retried it, when and why', () => {
    const retries = [{ by: 'ann', reason: 'the disk is back', at: 2_000 }];

    expect(releaseView({ ...aRelease(), retries }).retries).toEqual([
      { by: 'ann', reason: 'the disk is back', at: '1970-01-01T00:00:02.000Z' },
    ]);
  });

  test('says why it ended, and when', () => {
    const failed = led(aRelease({ api: [], web: ['api'] }), {}, { api: deployed('failed') });

    expect(releaseView(failed)).toMatchObject({
      state: 'failed',
      reason: 'api: failed',
      services: [
        { state: 'failed', reason: 'failed' },
        { state: 'skipped', deploymentId: null },
      ],
      endedAt: '1970-01-01T00:00:05.000Z',
    });
  });
});
