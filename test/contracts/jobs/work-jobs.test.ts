import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { executeDeployment } from '../../../src/contracts/jobs/execute-deployment.job.js';
import { rollbackDeployment } from '../../../src/contracts/jobs/rollback-deployment.job.js';
import { verifyDeployment } from '../../../src/contracts/jobs/verify-deployment.job.js';
import { JobResultSchema } from '../../../src/contracts/jobs/job-result.js';
import { WORK_CONTRACTS, workJobId } from '../../../src/contracts/jobs/work-job.js';
import { deploymentId } from '../../../src/domain/model/ids.js';
import { messagesOf, pathsOf } from '../refused.js';

const id = 'dep_01j9z3k8w2';
const wire = { schema: 1, deploymentId: id };

describe.each([
  ['execute', executeDeployment],
  ['verify', verifyDeployment],
] as const)('%s-deployment', (queue, { data, ...contract }) => {
  test('names the deployment and nothing of what to do', () => {
    expect(data.parse(wire)).toEqual(wire);
    expect(contract).toMatchObject({ queue, name: `${queue}-deployment` });
  });

  test.each<[string, object, string]>([
    ['a foreign id', { ...wire, deploymentId: 'dep:1' }, 'deploymentId'],
    ['an id with a line break', { ...wire, deploymentId: `${id}\n` }, 'deploymentId'],
    ['an id that is too long', { ...wire, deploymentId: `dep_${'0'.repeat(41)}` }, 'deploymentId'],
    ['no id', { schema: 1 }, 'deploymentId'],
    ['a newer schema', { ...wire, schema: 2 }, 'schema'],
    ['no schema', { deploymentId: id }, 'schema'],
  ])('with %s is refused, and the field is named', (_, payload, path) => {
    expect(pathsOf(data, payload)).toContain(path);
  });

  test('with a field that it does not have is refused', () => {
    expect(messagesOf(data, { ...wire, version: '2.0.0' })).toContain('"version"');
  });
});

describe('rollback-deployment', () => {
  const { data } = rollbackDeployment;

  test('names a deployment, or a service and its environment', () => {
    expect(data.parse(wire)).toEqual({ ...wire, environment: 'production' });
    expect(data.parse({ schema: 1, service: 'api', environment: 'staging' })).toEqual({
      schema: 1,
      service: 'api',
      environment: 'staging',
    });
    expect(data.parse({ ...wire, reason: 'too slow', requestedBy: 'ann' })).toMatchObject({
      reason: 'too slow',
      requestedBy: 'ann',
    });
  });

  test.each<[string, object, string]>([
    ['neither', { schema: 1 }, 'deploymentId'],
    ['both', { ...wire, service: 'api' }, 'deploymentId'],
    ['a service that is no name', { schema: 1, service: 'a:b' }, 'service'],
    [
      'an environment that is no name',
      { schema: 1, service: 'api', environment: '' },
      'environment',
    ],
    ['a reason of two lines', { ...wire, reason: 'a\nb' }, 'reason'],
    ['a reason that is too long', { ...wire, reason: 'x'.repeat(1_001) }, 'reason'],
    ['a requester that is too long', { ...wire, requestedBy: 'x'.repeat(201) }, 'requestedBy'],
    ['a newer schema', { ...wire, schema: 2 }, 'schema'],
    ['a version to go to, of a deployment', { ...wire, toVersion: '1.0.0' }, 'toVersion'],
    ['a strategy, of a deployment', { ...wire, strategy: { kind: 'rolling' } }, 'strategy'],
    ['a version that is none', { schema: 1, service: 'api', toVersion: 'a b' }, 'toVersion'],
    [
      'a key and no version to go to',
      { schema: 1, service: 'api', idempotencyKey: 'k' },
      'idempotencyKey',
    ],
  ])('with %s is refused, and the field is named', (_, payload, path) => {
    expect(pathsOf(data, payload)).toContain(path);
  });

  test('may name the version that a service goes back to, and how', () => {
    const named = { schema: 1, service: 'api', toVersion: '1.4.0', idempotencyKey: 'incident-7' };

    expect(data.parse({ ...named, strategy: { kind: 'canary' } })).toMatchObject({
      ...{ toVersion: '1.4.0', strategy: { kind: 'canary' }, environment: 'production' },
    });
  });

  test('says that it wants exactly one of the two', () => {
    expect(messagesOf(data, { schema: 1 })).toBe('expected either deploymentId or service');
    expect(messagesOf(data, { ...wire, force: true })).toContain('"force"');
  });
});

describe('the job owed', () => {
  test('has a name of its own per run, so that publishing it twice is one job', () => {
    const owed = { kind: 'verify', deploymentId: deploymentId(id), run: 3 } as const;

    expect(workJobId(owed)).toBe(`${id}.verify.3`);
    expect(WORK_CONTRACTS[owed.kind]).toBe(verifyDeployment);
    expect(Object.entries(WORK_CONTRACTS).map(([kind, { queue }]) => [kind, queue])).toEqual([
      ['execute', 'execute'],
      ['verify', 'verify'],
      ['rollback', 'rollback'],
    ]);
  });

  test.each(Object.values(WORK_CONTRACTS))('$name documents itself as JSON Schema', ({ data }) => {
    expect(z.toJSONSchema(data, { io: 'input' })).toMatchObject({
      additionalProperties: false,
      required: expect.arrayContaining(['schema']),
    });
  });
});

describe('what a finished job returns', () => {
  test('is the deployment and its state, or nulls where nothing was active', () => {
    const nothing = { deploymentId: null, state: null };

    expect(JobResultSchema.parse({ deploymentId: id, state: 'completed' })).toEqual({
      deploymentId: id,
      state: 'completed',
    });
    expect(JobResultSchema.parse(nothing)).toEqual(nothing);
    expect(pathsOf(JobResultSchema, { deploymentId: id, state: 'done' })).toEqual(['state']);
  });
});
