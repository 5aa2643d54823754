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
    [version, 'a version', '-rf'],
    [version, 'a version', '1 0'],
    [version, 'a version', ''],
  ])(
    '%# that could break out of a key, an argv or a file name is refused: %s',
    (mint, what, text) => {
      expect(() => mint(text)).toThrow(`${JSON.stringify(text)} is not ${what}: it must match ^`);
    },
  );

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
