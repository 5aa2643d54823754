import { describe, expect, test } from 'vitest';
import { deploymentIdFor, requestDigest } from '../../src/contracts/values/deployment-id.js';
import { duration } from '../../src/contracts/values/duration.js';
import {
  DeploymentEventSchema,
  EVENT_TYPES,
} from '../../src/contracts/events/deployment-event.schema.js';
import { partitionPrefix } from '../../src/contracts/values/namespace.js';
import { AmountSchema, TargetSchema, TextSchema } from '../../src/contracts/values/schemas.js';
import { DEPLOYMENT_ID_PATTERN, environmentName } from '../../src/domain/model/ids.js';
import type { PlanEventType } from '../../src/domain/model/deployment/plan-event.js';
import { API } from '../support/fixtures.js';
import { messagesOf } from './refused.js';

const job = (jobId: string, publishedAt = 1) => ({ jobId, publishedAt });

describe('the id of a deployment', () => {
  test('is the same for the same key of a service, whatever the job', () => {
    expect(deploymentIdFor(API, 'build-812', job('1'))).toBe(
      deploymentIdFor(API, 'build-812', job('2')),
    );
  });

  test('is another for another key, service or environment', () => {
    const staging = { ...API, environment: environmentName('staging') };
    const ids = [
      deploymentIdFor(API, 'a', job('1')),
      deploymentIdFor(API, 'b', job('1')),
      deploymentIdFor(staging, 'a', job('1')),
      deploymentIdFor(API, undefined, job('1')),
      deploymentIdFor(API, undefined, job('2')),
      deploymentIdFor(API, undefined, job('a')),
      // BullMQ gave the id again.
      deploymentIdFor(API, undefined, job('1', 2)),
    ];

    expect(new Set(ids).size).toBe(ids.length);
  });

  test('follows from the job where there is no key, so that a redelivery is the same', () => {
    expect(deploymentIdFor(API, undefined, job('7:{x}\n'))).toBe(
      deploymentIdFor(API, undefined, job('7:{x}\n')),
    );
  });

  test('is an id, and has stayed the same since the first release', () => {
    expect(deploymentIdFor(API, undefined, job('1'))).toMatch(DEPLOYMENT_ID_PATTERN);
    expect(deploymentIdFor(API, 'build-812', job('1'))).toMatchInlineSnapshot(
      `"dep_2ynyj0d9ubwblcfp1ey833y9ku"`,
    );
    expect(deploymentIdFor(API, undefined, job('1'))).toMatchInlineSnapshot(
      `"dep_0t3pai53a5cv7ngu6lvynxc31d"`,
    );
  });
});

describe('the digest of a request', () => {
  test('is the same whatever the order of its fields, at every depth', () => {
    expect(requestDigest({ a: 1, b: { c: [1, { d: 2, e: 3 }], f: null } })).toBe(
      requestDigest({ b: { f: null, c: [1, { e: 3, d: 2 }] }, a: 1 }),
    );
  });

  test('is another for other values, and for lists in another order', () => {
    const digests = [{ a: 1 }, { a: 2 }, { a: '1' }, { b: 1 }, { a: [1, 2] }, { a: [2, 1] }];

    expect(new Set(digests.map(requestDigest)).size).toBe(digests.length);
    expect(requestDigest({})).toMatch(/^[0-9a-z]{32}$/);
  });

  test('takes a field that is left out and one that is undefined for the same', () => {
    expect(requestDigest({ a: 1, b: undefined })).toBe(requestDigest({ a: 1 }));
  });
});

describe('a duration', () => {
  test.each<[string | number, number]>([
    ['250ms', 250],
    ['60s', 60_000],
    ['1.5s', 1_500],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    ['2 h', 7_200_000],
    ['1500', 1_500],
    [0, 0],
    [12.6, 13],
  ])('%s is %d ms', (text, ms) => {
    expect(duration().parse(text)).toBe(ms);
  });

  test.each([
    '',
    'soon',
    '-5s',
    '5 weeks',
    '1s2s',
    's',
    -1,
    Number.NaN,
    Infinity,
    null,
    '31d',
    `${'9'.repeat(200)}s`,
  ])('is not %s', (value) => {
    expect(duration().safeParse(value).success).toBe(false);
  });

  test('keeps to its bounds, and says what it wanted', () => {
    const bounded = duration({ min: 1_000, max: 60_000 });

    expect([bounded.parse('1s'), bounded.parse('60s')]).toEqual([1_000, 60_000]);
    expect(messagesOf(bounded, '999ms')).toContain('>=1000');
    expect(messagesOf(bounded, '61s')).toContain('<=60000');
    expect(messagesOf(bounded, 'soon')).toContain('expected a duration such as "30s" or "5m"');
  });
});

describe('an amount', () => {
  test.each([0, 7, 100_000, '0%', '33%', '12.5%', '100%'])('may be %s', (amount) => {
    expect(AmountSchema.parse(amount)).toBe(amount);
  });

  test.each([-1, 0.5, 100_001, '101%', '-1%', '33', '%', 'a%', '1e9%', null])(
    'is not %s',
    (amount) => {
      expect(AmountSchema.safeParse(amount).success).toBe(false);
    },
  );

  test.each([
    ['101%', 'expected 0% to 100%, got "101%"'],
    ['33,3%', 'expected a whole number, or 0% to 100% such as "25%", got "33,3%"'],
    [1.5, 'expected a whole number, or 0% to 100% such as "25%", got 1.5'],
    [null, 'expected a whole number, or 0% to 100% such as "25%"'],
    ['9'.repeat(41), 'expected a whole number, or 0% to 100% such as "25%"'],
  ])('says what it may be, and what was written, where it is %s', (written, message) => {
    expect(messagesOf(AmountSchema, written)).toBe(message);
  });
});

describe('a target', () => {
  test('of a target may say how much it can carry, above 0', () => {
    expect(TargetSchema.parse({ id: 'web-1', capacity: 2.5 })).toMatchObject({ capacity: 2.5 });
    for (const capacity of [0, -1, Number.NaN, 1_000_001, '4']) {
      expect(TargetSchema.safeParse({ id: 'web-1', capacity })).toMatchObject({
        error: { issues: [{ path: ['capacity'] }] },
      });
    }
  });

  test('is called by its id where it has no name', () => {
    expect(TargetSchema.parse({ id: 'web-1' })).toEqual({
      id: 'web-1',
      name: 'web-1',
      address: '',
      metadata: {},
    });
  });
});

describe('a line of text', () => {
  test('may hold any letter, and nothing that moves a cursor', () => {
    expect(TextSchema.parse('größer ✓ "quoted"')).toBe('größer ✓ "quoted"');
    for (const text of ['a\nb', 'a\tb', '\u001b[2J', '\u007f', '', 'x'.repeat(1_001)]) {
      expect(TextSchema.safeParse(text).success).toBe(false);
    }
  });
});

describe('the prefix of all keys', () => {
  test('is one hash tag', () => {
    expect(partitionPrefix()).toBe('{signalbox:0}');
    expect(partitionPrefix('team-a.x')).toBe('{team-a.x:0}');
  });

  test.each(['', 'a}b', '{a', 'a:b', '-a', 'a b', 'a\n', 'a'.repeat(64)])(
    'cannot be broken out of with %j',
    (namespace) => {
      expect(() => partitionPrefix(namespace)).toThrow('is not a namespace: it must match');
    },
  );
});

describe('a published event', () => {
  const event = {
    ...{ id: '1700000000000-0', sequence: 1, type: 'deployment.planned' },
    ...{ time: '2026-01-01T00:00:00.000Z', deploymentId: 'dep_0123456789', service: 'api' },
    ...{ environment: 'production', version: '1.0.0', state: 'draft', actor: 'ci', data: {} },
  };

  test('is one of the facts that the domain writes down, all of them', () => {
    // Compiles only while the list and the union are the same.
    const all: readonly PlanEventType[] = EVENT_TYPES;
    const none: Exclude<PlanEventType, (typeof EVENT_TYPES)[number]>[] = [];

    expect(new Set(all).size).toBe(62);
    expect(none).toEqual([]);
  });

  test('may be of a type that is not known yet', () => {
    expect(DeploymentEventSchema.parse(event)).toEqual(event);
    expect(DeploymentEventSchema.safeParse({ ...event, type: 'deployment.new' }).success).toBe(
      true,
    );
  });

  test.each([{ id: 'x' }, { sequence: 0 }, { time: 'yesterday' }, { state: 'done' }])(
    'with %j is not one',
    (broken) => {
      expect(DeploymentEventSchema.safeParse({ ...event, ...broken }).success).toBe(false);
    },
  );
});
