import { describe, expect, test } from 'vitest';
import { configuredCredentials } from '../../src/adapters/security/configured-credentials.js';
import { jwtBasis } from '../../src/adapters/security/credential-basis.js';
import { sealed, sessionId } from '../../src/adapters/security/sessions.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { securityWith, TOKENS } from './auth-world.js';

const KEY = 'k'.repeat(32);

describe('a session', () => {
  const HOUR = 3_600_000;
  const ADMIN = { name: 'the admin', roles: ['admin'] };

  function world() {
    const sessions = new MemorySessions();
    const at = async ({ now = 1_000, security = {}, key = KEY } = {}) => {
      const config = securityWith({ sessionKey: 'env:KEY', ...security });
      const ports = { clock: { now: () => now }, sessions };
      const credentials = await configuredCredentials(config, { KEY: key }, ports);
      if (credentials === null) throw new Error('no credentials');
      return credentials;
    };
    const resumed = async (text: string, when: Parameters<typeof at>[0] = {}) =>
      (await at(when)).resume(text);
    const opened = async (token: string) => {
      const credentials = await at();
      const known = await credentials.check(token);
      if (known.kind !== 'known') throw new Error('not known');
      return credentials.openSession(known, '10.0.0.1');
    };
    return { sessions, resumed, opened };
  }

  test('outlives a restart, and ends at its time', async () => {
    const { resumed, opened } = world();
    const { text, until } = await opened(TOKENS.deployer);
    expect(until).toBe(1_000 + 8 * HOUR);
    const identity = { name: 'the deployer', roles: ['deployer'] };
    expect(await resumed(text)).toEqual(identity);
    expect(await resumed(text, { now: until - 1 })).toEqual(identity);
    expect(await resumed(text, { now: until })).toBeNull();
    const shorter = { sessionTime: '1h' };
    expect(await resumed(text, { now: 999 + HOUR, security: shorter })).toEqual(identity);
    expect(await resumed(text, { now: 1_000 + HOUR, security: shorter })).toBeNull();
  });

  const tokens = securityWith().tokens;
  const asAdmin = (change: object) =>
    tokens.map((each) => (each.role === 'admin' ? { ...each, ...change } : each));
  test.each([
    ['was taken out of the configuration', tokens.filter(({ role }) => role !== 'admin')],
    ['was given a lower role', asAdmin({ role: 'viewer' })],
    ['was given to somebody else', asAdmin({ name: 'bob' })],
    ['was replaced', asAdmin({ hash: `sha256:${'0'.repeat(64)}` })],
  ])('is worth nothing once its token %s', async (_, changed) => {
    const { resumed, opened } = world();
    const { text } = await opened(TOKENS.admin);
    expect(await resumed(text)).toEqual(ADMIN);
    expect(await resumed(text, { security: { tokens: changed } })).toBeNull();
  });

  test('is kept without what a browser brings, and names where it came from', async () => {
    const { sessions, opened } = world();
    const { text } = await opened(TOKENS.admin);
    const [kept] = await sessions.list(0);
    expect(kept).toMatchObject({ ...ADMIN, since: 1_000, address: '10.0.0.1' });
    expect(JSON.stringify(kept)).not.toContain(text);
    expect(JSON.stringify(kept)).not.toContain(TOKENS.admin);
  });

  test('is none where anything of it was changed, or another key sealed it', async () => {
    const { sessions, resumed, opened } = world();
    const { text } = await opened(TOKENS.viewer);
    const { text: other } = await opened(TOKENS.admin);
    for (const each of ['', '.', 'x', `${text}x`, text.slice(1), `${text}.x`, 'A'.repeat(43)]) {
      expect(await resumed(each), each).toBeNull();
    }
    expect(await resumed(text, { key: 'x'.repeat(32) })).toBeNull();

    const id = sessionId(text) ?? '';
    const [mine, admins] = [sessions.all.get(id), sessions.all.get(sessionId(other) ?? '')];
    if (!mine || !admins) throw new Error('not kept');
    const forged = [
      admins,
      { ...admins, id },
      { ...mine, roles: ['admin' as const] },
      { ...mine, until: 9e15 },
      { ...mine, since: 9e15 },
      { ...mine, basis: admins.basis },
      { ...mine, name: 'the admin' },
      { ...mine, seal: '' },
      sealed({ ...mine, roles: ['admin'] }, 'x'.repeat(32)),
    ];
    for (const each of forged) {
      sessions.all.set(id, each);
      expect(await resumed(text), JSON.stringify(each)).toBeNull();
    }
    sessions.all.set(id, mine);
    expect(await resumed(text)).toMatchObject({ name: 'the viewer' });
  });

  test.each<[string, object | undefined]>([
    ['is not configured any more', undefined],
    ['has another audience', { audience: 'another' }],
    ['gives other roles', { roles: { ops: 'viewer' } }],
  ])('of a JSON Web Token is none where its issuer %s', async (_, change) => {
    const { sessions, resumed } = world();
    const jwt = { issuer: 'https://i.example', audience: 'signalbox', jwks: 'https://i.example/k' };
    const text = 'j'.repeat(43);
    const id = sessionId(text) ?? '';
    const { jwt: parsed } = securityWith({ jwt });
    if (!parsed) throw new Error('no issuer');
    const session = { id, name: 'joe', roles: ['admin' as const], since: 0, until: 9e15 };
    await sessions.open(sealed({ ...session, address: '::1', basis: jwtBasis(parsed) }, KEY));

    expect(await resumed(text, { security: { jwt } })).toEqual({ name: 'joe', roles: ['admin'] });
    const after = change && { ...jwt, ...change };
    expect(await resumed(text, { security: { jwt: after } })).toBeNull();
  });

  test('has a key of 32 bytes at least, found where it is said to be', async () => {
    const config = securityWith({ sessionKey: 'env:KEY' });
    const ports = { clock: { now: () => 0 }, sessions: new MemorySessions() };
    await expect(configuredCredentials(config, {}, ports)).rejects.toThrow('KEY, which is not set');
    await expect(configuredCredentials(config, { KEY: 'short' }, ports)).rejects.toThrow(
      'security.sessionKey: expected at least 32 bytes',
    );
  });
});
