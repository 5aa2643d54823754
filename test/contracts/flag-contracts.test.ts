import { describe, expect, test } from 'vitest';
import { FlagStoreSchema } from '../../src/contracts/config/flag-store.schema.js';
import { FLAG_NAME_PATTERN, parseFlagRecord } from '../../src/contracts/values/flag-record.js';
import { pathsOf } from './refused.js';

describe('where flags are set', () => {
  test.each([{ kind: 'redis' }, { kind: 'none' }, { kind: 'flagd_file', path: './flags.json' }])(
    'may be %j',
    (spec) => {
      expect(FlagStoreSchema.parse(spec)).toEqual(spec);
    },
  );

  test.each([
    ['an unknown kind', { kind: 'launchdarkly' }, 'kind'],
    ['a file without path', { kind: 'flagd_file' }, 'path'],
    ['an empty path', { kind: 'flagd_file', path: '' }, 'path'],
    ['a field it does not have', { kind: 'redis', path: 'x' }, ''],
  ])('is refused with %s, and the field is named', (_, spec, path) => {
    expect(pathsOf(FlagStoreSchema, spec)).toContain(path);
  });
});

describe('the name of a flag', () => {
  test.each(['ff_api_1.4.2', 'new-checkout', 'ff_api_ghcr.io/a/b@sha256:0f', '__proto__'])(
    'may be %s',
    (name) => {
      expect(name).toMatch(FLAG_NAME_PATTERN);
    },
  );

  test.each(['', '-a', 'a b', 'a\n', '{a}', 'a'.repeat(401)])('is not %j', (name) => {
    expect(name).not.toMatch(FLAG_NAME_PATTERN);
  });
});

describe('the record of a flag', () => {
  const record = {
    ...{ percent: 0.001, version: '1.0.0', service: 'api', environment: 'production' },
    ...{ deploymentId: 'dep_0123456789', fence: 3, changedAt: 1_700_000_000_000, revision: 7 },
  };

  test('may have fields that are not known yet', () => {
    expect(parseFlagRecord(JSON.stringify({ ...record, owner: 'new' }))).toEqual(record);
  });

  test.each(['', 'null', '[]', '{', JSON.stringify({ ...record, percent: 101 })])(
    'is not %s',
    (text) => {
      expect(parseFlagRecord(text)).toBeNull();
    },
  );
});
