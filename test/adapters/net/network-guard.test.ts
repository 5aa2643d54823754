import { describe, expect, test } from 'vitest';
import {
  createNetworkGuard,
  type JudgedAddress,
  type Resolve,
} from '../../../src/adapters/net/network-guard.js';
import { NetworkSchema } from '../../../src/contracts/config/network.schema.js';
import { FORBIDDEN_HOSTS, OPEN_HOSTS } from './address-cases.js';

const rules = (input: object) => NetworkSchema.parse(input);
const at = (...addresses: readonly string[]): readonly JudgedAddress[] =>
  addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
const names =
  (known: Readonly<Record<string, readonly string[]>>): Resolve =>
  async (host) =>
    at(...(known[host] ?? [host]));

describe('the network guard', () => {
  test.each(FORBIDDEN_HOSTS)('refuses %s: %s', async (_, host) => {
    const judged = await createNetworkGuard().judge(host);
    expect(judged).toEqual({ ok: false, error: expect.stringContaining('must not be connected') });
  });

  test.each(FORBIDDEN_HOSTS)('refuses %s whatever is allowed: %s', async (_, host) => {
    const everything = rules({ allow: ['0.0.0.0/0', '::/0', 'metadata.google.internal'] });
    expect((await createNetworkGuard(everything).judge(host)).ok).toBe(false);
  });

  test.each(OPEN_HOSTS)('lets %s through: %s', async (_, host) => {
    expect((await createNetworkGuard().judge(host)).ok).toBe(true);
  });

  test('judges what a name leads to, and gives just that back', async () => {
    const guard = createNetworkGuard(
      rules({}),
      names({ web: ['10.0.0.7', '10.0.0.8'], evil: ['169.254.169.254'] }),
    );
    expect(await guard.judge('WEB.')).toEqual({ ok: true, value: at('10.0.0.7', '10.0.0.8') });
    expect(await guard.judge('evil')).toEqual({
      ok: false,
      error: '"evil" must not be connected to: 169.254.169.254 is link-local',
    });
  });

  test('refuses a name with one forbidden address among good ones', async () => {
    const guard = createNetworkGuard(rules({}), names({ mixed: ['10.0.0.7', 'fe80::1%eth0'] }));
    expect(await guard.judge('mixed')).toMatchObject({ ok: false });
  });

  test('refuses a name that leads nowhere, or to what is no address', async () => {
    const guard = createNetworkGuard(rules({}), names({ nowhere: [], odd: ['not-an-address'] }));
    expect(await guard.judge('nowhere')).toMatchObject({
      error: expect.stringContaining('has no'),
    });
    expect(await guard.judge('odd')).toMatchObject({
      error: expect.stringContaining('no address'),
    });
  });

  test('refuses what is denied, by name and by address, in any of its forms', async () => {
    const guard = createNetworkGuard(
      rules({ deny: ['10.0.0.0/8', 'db.internal', '*.prod.example', '::ffff:192.168.0.0/112'] }),
      names({ 'a.b': ['10.9.9.9'], ok: ['172.16.0.1'], 'db.internal': ['172.16.0.2'] }),
    );
    for (const host of ['10.1.2.3', '[::ffff:10.1.2.3]', 'a.b', 'DB.internal', '192.168.3.4']) {
      expect((await guard.judge(host)).ok, host).toBe(false);
    }
    expect((await guard.judge('x.prod.example')).ok).toBe(false);
    expect((await guard.judge('ok')).ok).toBe(true);
  });

  test('lets only what is allowed through where anything is, and denial goes first', async () => {
    const guard = createNetworkGuard(
      rules({ allow: ['10.0.0.0/8', '*.example.com', 'fd00::/8'], deny: ['10.6.6.6'] }),
      names({
        'a.example.com': ['93.184.216.34'],
        'example.com': ['93.184.216.34'],
        'notexample.com': ['93.184.216.34'],
        'evil.example.com': ['169.254.169.254'],
      }),
    );
    const judged = async (host: string): Promise<boolean> => (await guard.judge(host)).ok;
    expect(await judged('10.1.1.1')).toBe(true);
    expect(await judged('[fd12::1]')).toBe(true);
    expect(await judged('a.example.com')).toBe(true);
    expect(await judged('10.6.6.6')).toBe(false);
    expect(await judged('example.com')).toBe(false);
    expect(await judged('notexample.com')).toBe(false);
    expect(await judged('evil.example.com')).toBe(false);
    expect(await judged('127.0.0.1')).toBe(false);
  });
});
