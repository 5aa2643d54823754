import { describe, expect, test } from 'vitest';
import { guardedLookup, refusalOf } from '../../../src/adapters/net/guarded-lookup.js';
import { createNetworkGuard, NO_RULES } from '../../../src/adapters/net/network-guard.js';

const look = (address: string): Promise<readonly unknown[]> => {
  const guard = createNetworkGuard(NO_RULES, async () => [{ address, family: 4 }]);
  return new Promise((resolve) => {
    guardedLookup(guard)('a.example', {}, (...answer) => resolve(answer));
  });
};

describe('looking up a name from the workers’ own configuration', () => {
  test('gives the address that was judged', async () => {
    expect(await look('10.0.0.1')).toEqual([null, '10.0.0.1', 4]);
    expect(await look('127.0.0.1')).toEqual([null, '127.0.0.1', 4]);
  });

  test('fails where the name leads to the metadata of a cloud', async () => {
    const [error] = await look('169.254.169.254');
    expect(error).toMatchObject({
      name: 'RefusedAddress',
      message: '"a.example" must not be connected to: 169.254.169.254 is link-local',
    });
  });

  test('fails as the resolver did', async () => {
    const guard = createNetworkGuard(NO_RULES, async () => {
      throw new Error('ENOTFOUND');
    });
    const answer = new Promise((resolve) => {
      guardedLookup(guard)('a.example', {}, (error) => resolve(error));
    });
    expect(await answer).toMatchObject({ message: 'ENOTFOUND' });
  });
});

describe('an address that is not looked up', () => {
  test.each(['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1%eth0', '100.100.100.200'])(
    'is refused where it is one of these: %s',
    (address) => expect(refusalOf(address)).toContain('must not be connected to'),
  );

  test.each(['127.0.0.1', '10.0.0.1', '::1', 'a.example'])('is fine, or a name: %s', (address) =>
    expect(refusalOf(address)).toBeNull(),
  );
});
