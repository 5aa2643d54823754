import { describe, expect, test } from 'vitest';
import { assertNever } from '../../src/domain/model/assert-never.js';
import {
  deploymentId,
  environmentName,
  serviceKey,
  serviceName,
  targetId,
  version,
} from '../../src/domain/model/ids.js';
import { VERSION_PATTERN, versionRefusal } from '../../src/domain/model/version-text.js';
import { SILENT } from '../../src/domain/ports/log.js';

describe('a name', () => {
  test.each([
    [deploymentId, 'dep_0123456789'],
    [serviceName, 'api.v2_x-1'],
    [environmentName, 'production'],
    [targetId, 'Web-1.eu_2'],
    [version, 'registry/app@sha256:abc'],
    [version, '/srv/releases/1~2+3=4'],
  ])('%# is taken as it is: %s', (mint, text) => {
    expect(mint(text)).toBe(text);
  });

  test.each([
    [deploymentId, 'a deployment id', 'dep_SHORT'],
    [serviceName, 'a service name', 'a:b{c}\n'],
    [serviceName, 'a service name', 'a\n'],
    [serviceName, 'a service name', '-a'],
    [serviceName, 'a service name', `a${'b'.repeat(63)}`],
    [environmentName, 'an environment name', 'Prod'],
    [targetId, 'a target id', '../etc'],
  ])(
    '%# that could break out of a key, an argv or a file name is refused: %s',
    (mint, what, text) => {
      expect(() => mint(text)).toThrow(`${JSON.stringify(text)} is not ${what}: it must match ^`);
    },
  );

  test.each(['-rf', 'größe-1', '版本:2', '{version}', 'a"b\'c`', '🚀'.repeat(256), 'e\u0301'])(
    'of a version is anything that can be printed: %s',
    (text) => {
      expect(version(text)).toBe(text);
    },
  );

  test('of a version that is spelled in another way is another version: nothing is normalized', () => {
    expect(version('caf\u00e9')).not.toBe(version('cafe\u0301'));
  });

  test.each([
    ['', 'expected 1 to 256 characters, got none'],
    [
      '1.\u0007',
      'U+0007 at position 3 is not allowed: expected printable characters without spaces',
    ],
    ['1 0', 'U+0020 (space) at position 2'],
    ['🚀🚀\u0000', 'U+0000 (NUL) at position 3'],
    ['1.0\n', 'U+000A (line feed) at position 4'],
    ['a\u00a0b', 'U+00A0 (no-break space) at position 2'],
    ['a\u202eb', 'U+202E (right-to-left override) at position 2'],
    ['a\u200bb', 'U+200B (zero-width space) at position 2'],
    ['\ud83d', 'U+D83D at position 1'],
    ['a\ue000', 'U+E000 at position 2'],
    ['a\u{10ffff}', 'U+10FFFF at position 2'],
    ['a\u3164', 'U+3164 at position 2'],
    ['\ufeff1', 'U+FEFF (byte order mark) at position 1'],
    ['🚀'.repeat(257), 'expected at most 256 characters'],
    [`${'a'.repeat(256)} `, 'expected at most 256 characters'],
    ['a'.repeat(5_000_000), 'expected at most 256 characters'],
  ])('%# of a version is refused with the character at fault: %j', (text, said) => {
    expect(() => version(text)).toThrow(/ is not a version: /);
    expect(versionRefusal(text)).toContain(said);
    expect(VERSION_PATTERN.test(text)).toBe(false);
  });

  test('of a service is told apart by its environment', () => {
    const ref = { service: serviceName('api'), environment: environmentName('staging') };

    expect(serviceKey(ref)).toBe('staging/api');
  });
});

test('a value that nobody here knows is an error that shows it', () => {
  // What a newer peer may write.
  expect(() => assertNever({ kind: 'new' } as never)).toThrow('no case for {"kind":"new"}');
});

test('a silent log takes everything and says nothing', () => {
  expect([SILENT.info({}, ''), SILENT.warn({}, ''), SILENT.error({}, '')]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
