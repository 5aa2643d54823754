import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigSchema } from '../../../src/contracts/config/config.schema.js';
import { ConfigError, configError } from '../../../src/contracts/problems/config-error.js';
import { explainIssue } from '../../../src/contracts/problems/explain-issue.js';
import { nameProblem, nameText } from '../../../src/contracts/problems/name-problem.js';
import { problemsOf } from '../../../src/contracts/problems/problems-of.js';

const said = (schema: z.ZodType, value: unknown): readonly string[] => {
  const parsed = schema.safeParse(value, { error: explainIssue });
  if (parsed.success) return [];
  return problemsOf(parsed.error).map(
    ({ path, at, message }) => `${path.join('.')} (${at}): ${message}`,
  );
};
const service = (settings: object) => said(ConfigSchema, { services: { api: settings } });

describe('the problems of a configuration', () => {
  test('are one for each field that is not known, with what is allowed and what was meant', () => {
    expect(said(ConfigSchema, { services: {}, namspace: 'x', colour: 1 })).toEqual([
      expect.stringMatching(
        /^namspace \(key\): unknown field `namspace` \(did you mean `namespace`\?\): allowed are namespace, services, /,
      ),
      expect.stringMatching(/^colour \(key\): unknown field `colour`: allowed are namespace, /),
    ]);
  });

  test.each([
    [{ polcy: {} }, 'polcy (key): unknown field `polcy` (did you mean `policy`?)'],
    [
      { driver: { kind: 'comand' } },
      'driver.kind (value): expected one of command, local_process (did you mean `command`?)',
    ],
    [
      { driver: { argv: [] } },
      'driver.kind (value): is missing: expected one of command, local_process',
    ],
    [
      { policy: { onFailure: 'rolback' } },
      'policy.onFailure (value): expected one of rollback, hold (did you mean `rollback`?)',
    ],
    [{ policy: { onFailure: 7 } }, 'policy.onFailure (value): expected one of rollback, hold'],
    [
      { policy: { approval: { requird: 2 } } },
      'policy.approval.requird (key): unknown field `requird` (did you mean `required`?)',
    ],
    [{ policy: { approval: 'maybe' } }, 'policy.approval (value): expected none, required, or {'],
    [
      { strategy: { kind: 'canary', stages: [10, { weigth: 5 }] } },
      'strategy.stages.1.weigth (key): unknown field `weigth` (did you mean `weight`?)',
    ],
    [{ checks: [{ kind: 'http' }] }, 'checks.0.url (value): is missing: expected text'],
    [{ router: { kind: 'none', x: 1 } }, 'router.x (key): unknown field `x`: allowed are kind'],
    [
      { environments: { 'EU-West': {} } },
      'environments.EU-West (key): `EU-West` is not a valid environment name: use a-z, 0-9, `-`, `.`',
    ],
  ])('name what is wrong in %j', (settings, problem) => {
    const problems = service(settings);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`services.api.${problem}`);
  });

  test('say of a misspelt field once that it is', () => {
    expect(said(ConfigSchema, { services: {}, limits: [{ enviroment: 'eu', most: 1 }] })).toEqual([
      'limits.0.enviroment (key): unknown field `enviroment` (did you mean `environment`?): allowed are environment, most',
    ]);
  });

  test.each([
    [{ policy: { retries: '3' } }, 'policy.retries (value): expected a number, got text'],
    [{ policy: { retries: [3] } }, 'policy.retries (value): expected a number, got a list'],
    [{ targets: null }, 'targets (value): is empty: expected a list'],
    [{ labels: 7 }, 'labels (value): expected a mapping, got a number'],
    [
      { driver: { kind: 'command', argv: ['x'], shell: 'yes' } },
      'driver.shell (value): expected true or false, got text',
    ],
  ])('name what was wanted in the words of YAML: %j', (settings, problem) => {
    expect(service(settings)).toEqual([`services.api.${problem}`]);
  });

  test('show no value, which may be a secret in the wrong place', () => {
    const problems = service({
      driver: 'hunter2',
      policy: { onFailure: 'hunter2', retries: 'hunter2' },
      strategy: { kind: 'hunter2' },
    });
    expect(problems.length).toBeGreaterThan(3);
    expect(problems.join()).not.toContain('hunter2');
  });

  test('take another schema’s own words where it has some, and zod’s else', () => {
    const schema = z.strictObject({
      a: z.int().max(3),
      b: z.record(z.string().regex(/^x/), z.int()),
      c: z.literal(1).optional(),
      d: z.union([z.int(), z.boolean()]).optional(),
      e: z.object({ f: z.int() }).optional(),
      g: z.array(z.int()),
    });
    expect(
      said(schema, { a: 4, b: { y: 1 }, c: 2, d: 'x', e: { f: 'x' }, g: [] }).map((line) =>
        line.replace(/: .*/, ''),
      ),
    ).toEqual(['a (value)', 'b.y (key)', 'c (value)', 'd (value)', 'e.f (value)']);
    expect(said(schema, { b: {}, g: 1 })).toContain('a (value): is missing: expected a number');
    expect(said(schema, { a: 1, b: {} })).toEqual(['g (value): is missing: expected a list']);
    expect(said(z.strictObject({}), { x: 1 })).toEqual([
      'x (key): unknown field `x`: no other field is allowed',
    ]);
    expect(said(z.discriminatedUnion('k', [z.object({ k: z.literal('a') })]), { k: 'b' })).toEqual([
      'k (value): expected a',
    ]);
  });
});

test('unknown fields are told apart also where nobody explained them', () => {
  const parsed = z.strictObject({}).safeParse({ a: 1, b: 2 });
  expect(problemsOf({ issues: parsed.error?.issues ?? [] })).toEqual([
    { path: ['a'], at: 'key', message: 'Unrecognized keys: "a", "b"' },
    { path: ['b'], at: 'key', message: 'Unrecognized keys: "a", "b"' },
  ]);
  expect(said(z.record(z.enum(['a']), z.int()), { a: 1, b: 2 })).toEqual([
    'b (key): unknown field `b`: no other field is allowed',
  ]);
});

test('an error has a line for each problem, with its place where that is known', () => {
  const where = { path: 'a.b', message: 'is missing', place: { line: 3, column: 5 } };
  const nowhere = { path: '', message: 'no YAML', place: null };
  expect(configError('c.yaml', [where]).message).toBe(
    'c.yaml is not usable, 1 problem:\nc.yaml:3:5: a.b: is missing',
  );
  expect(configError('c.yaml', [where, nowhere])).toMatchObject({
    message: 'c.yaml is not usable, 2 problems:\nc.yaml:3:5: a.b: is missing\nc.yaml: no YAML',
    problems: [where, nowhere],
  });
  expect(new ConfigError('no configuration').problems).toEqual([]);
});

describe('a name that is none', () => {
  test.each([
    ['EU-West', 'eu-west'],
    ['My Service', 'my-service'],
    ['Größe', 'gro-e'],
    ['prod_', 'prod'],
    ['prod:eu', 'prod-eu'],
    ['Café', 'cafe'],
    ['x'.repeat(64), 'x'.repeat(63)],
  ])('comes with the spelling that is one: %s', (text, corrected) => {
    expect(nameProblem(text, 'environment')).toContain(`(did you mean \`${corrected}\`?)`);
  });

  test('has none where nothing is left of it, and is shown in one line', () => {
    expect(nameProblem('版本\n', 'service')).toBe(
      '`版本\\n` is not a valid service name: use a-z, 0-9, `-`, `.`, `_`, begin and end with a letter or digit, at most 63',
    );
    expect(nameProblem('y'.repeat(500), 'service').length).toBeLessThan(400);
  });

  test('is told the same wherever a name is asked for', () => {
    expect(nameText('service').safeParse('API').error?.issues[0]?.message).toBe(
      nameProblem('API', 'service'),
    );
    expect(said(ConfigSchema, { services: { API: {} } })).toEqual([
      `services.API (key): ${nameProblem('API', 'service')}`,
    ]);
    expect(said(ConfigSchema, { services: { '*': {} } })).toEqual([]);
  });
});
