import { describe, expect, test } from 'vitest';
import { NetworkPatternSchema, NetworkSchema } from '../../src/contracts/config/network.schema.js';
import { secretRef } from '../../src/contracts/values/secret-ref.js';
import { pathsOf } from './refused.js';

describe('where workers may connect to', () => {
  test('is everywhere but where nobody may, unless it is said', () => {
    expect(NetworkSchema.parse({})).toEqual({ deny: [] });
  });

  test.each([
    '10.0.0.0/8',
    '192.168.1.1',
    '0.0.0.0/0',
    '::1',
    'fd00::/8',
    '::ffff:10.0.0.0/104',
    'localhost',
    'db_1.internal',
    '*.example.com',
    'xn--bcher-kva.example',
  ])('is written as %s', (pattern) => {
    expect(NetworkPatternSchema.parse(pattern)).toBe(pattern);
  });

  test.each([
    '',
    '10.0.0.0/33',
    '256.1.1.1',
    '2852039166',
    '10.1',
    '1:2',
    '::/129',
    '*',
    '*.*.com',
    'a b',
    'http://a',
    'a:80',
    'a/b',
    '-a',
    'x'.repeat(64),
    `${'a.'.repeat(130)}b`,
  ])('is not written as %j', (pattern) => {
    expect(pathsOf(NetworkSchema, { allow: [pattern] })[0]).toBe('allow.0');
  });
});

describe('a reference to a secret', () => {
  test('names a variable or a file', () => {
    expect(secretRef('env:TOKEN')).toEqual({ from: 'env', name: 'TOKEN' });
    expect(secretRef('file:/run/secrets/token')).toEqual({
      from: 'file',
      path: '/run/secrets/token',
    });
  });

  test.each(['plain', 'env:', 'env:A B', 'env:1A', 'file:relative', 'file:/a\0b', ' env:A', ''])(
    'is not %j, which stands for itself',
    (value) => {
      expect(secretRef(value)).toBeNull();
    },
  );
});
