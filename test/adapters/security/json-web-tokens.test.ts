import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { configuredCredentials } from '../../../src/adapters/security/configured-credentials.js';
import { SecuritySchema } from '../../../src/contracts/config/security.schema.js';
import { MemorySessions } from '../../support/memory-sessions.js';

const ISSUER = 'https://id.example/';
const AUDIENCE = 'signalbox';
type Pair = Awaited<ReturnType<typeof generateKeyPair>>;
let issuer: Pair;
let stranger: Pair;
let jwks = '';

beforeAll(async () => {
  issuer = await generateKeyPair('ES256', { extractable: true });
  stranger = await generateKeyPair('ES256', { extractable: true });
  jwks = JSON.stringify({
    keys: [{ ...(await exportJWK(issuer.publicKey)), kid: 'one', alg: 'ES256' }],
  });
});

interface Claims {
  readonly iss?: string;
  readonly aud?: string;
  readonly exp?: number | string;
  readonly nbf?: number;
  readonly rest?: object;
  readonly header?: { readonly alg: string; readonly kid?: string };
}

const HEADER = { alg: 'ES256', kid: 'one' };
const inAnHour = () => Math.floor(Date.now() / 1_000) + 3_600;

function jwt({
  iss = ISSUER,
  aud = AUDIENCE,
  exp = inAnHour(),
  nbf,
  rest,
  header = HEADER,
}: Claims = {}): SignJWT {
  const claims = { iss, aud, sub: 'ann@example.org', roles: ['deployer', 'other'], ...rest };
  const made = new SignJWT(claims).setProtectedHeader(header).setExpirationTime(exp);
  return nbf === undefined ? made : made.setNotBefore(nbf);
}

function folderWith(content: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-jwks-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'jwks.json'), content);
  return `file:${join(folder, 'jwks.json')}`;
}

const ports = () => ({ clock: { now: Date.now }, sessions: new MemorySessions() });

async function check(token: string, settings: object = {}) {
  const config = SecuritySchema.parse({
    jwt: { issuer: ISSUER, audience: AUDIENCE, jwks: folderWith(jwks), ...settings },
  });
  const credentials = await configuredCredentials(config, {}, ports());
  return credentials?.check(token);
}

describe('a JSON Web Token', () => {
  test('of the issuer says who somebody is, and until when', async () => {
    const exp = inAnHour();
    expect(await check(await jwt({ exp }).sign(issuer.privateKey))).toEqual({
      kind: 'known',
      identity: { name: 'ann@example.org', roles: ['deployer'] },
      until: exp * 1_000,
      basis: expect.any(String),
    });
  });

  test('signs in a browser for no longer than it lasts itself', async () => {
    const config = SecuritySchema.parse({
      jwt: { issuer: ISSUER, audience: AUDIENCE, jwks: folderWith(jwks) },
    });
    const credentials = await configuredCredentials(config, {}, ports());
    const exp = inAnHour();
    const known = await credentials?.check(await jwt({ exp }).sign(issuer.privateKey));
    if (known?.kind !== 'known') throw new Error('not known');
    const session = await credentials?.openSession(known, '127.0.0.1');
    expect(session?.until).toBe(exp * 1_000);
    expect(await credentials?.resume(session?.text ?? '')).toEqual(known.identity);
  });

  test.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://evil.example/' }],
    ['for another audience', { aud: 'payroll' }],
    ['that is over', { exp: Math.floor(Date.now() / 1_000) - 60 }],
    ['that is not valid yet', { nbf: Math.floor(Date.now() / 1_000) + 600 }],
    ['without a role', { rest: { roles: [] } }],
    ['with roles of others only', { rest: { roles: ['root', 'constructor', '__proto__'] } }],
    ['with roles that are none', { rest: { roles: { admin: true } } }],
    ['without a name', { rest: { sub: undefined } }],
    ['whose name is no text', { rest: { sub: 7 } }],
    ['whose name is not one line', { rest: { sub: 'ann\nadmin' } }],
  ])('%s is refused', async (_, claims) => {
    expect(await check(await jwt(claims).sign(issuer.privateKey))).toMatchObject({
      kind: 'refused',
    });
  });

  test('without an end is refused', async () => {
    const token = await new SignJWT({ iss: ISSUER, aud: AUDIENCE, sub: 'ann', roles: ['admin'] })
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .sign(issuer.privateKey);
    expect(await check(token)).toMatchObject({ kind: 'refused' });
  });

  test('signed by nobody, by a stranger, or by the public key as a secret is refused', async () => {
    const claims = { iss: ISSUER, aud: AUDIENCE, sub: 'ann', roles: ['admin'] };
    const none = new UnsecuredJWT(claims).setExpirationTime('1h').encode();
    const strange = await jwt().sign(stranger.privateKey);
    const unknown = await jwt({ header: { alg: 'ES256', kid: 'two' } }).sign(issuer.privateKey);
    const confused = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', kid: 'one' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(await exportSPKI(issuer.publicKey)));
    const good = await jwt().sign(issuer.privateKey);
    const [head, , mac] = good.split('.');
    const body = Buffer.from(JSON.stringify({ ...claims, exp: inAnHour() })).toString('base64url');
    for (const token of [
      none,
      strange,
      unknown,
      confused,
      `${head}.${body}.${mac}`,
      'a.b.c',
      '..',
    ]) {
      expect((await check(token))?.kind, token).toBe('refused');
    }
  });

  test('is checked by one public key where that is configured, whatever key id it names', async () => {
    const settings = {
      jwks: undefined,
      publicKey: await exportSPKI(issuer.publicKey),
      algorithms: ['ES256', 'RS256'],
    };
    expect((await check(await jwt().sign(issuer.privateKey), settings))?.kind).toBe('known');
    expect((await check(await jwt().sign(stranger.privateKey), settings))?.kind).toBe('refused');
    const { privateKey } = await generateKeyPair('RS256');
    const rsa = await jwt({ header: { alg: 'RS256' } }).sign(privateKey);
    expect((await check(rsa, settings))?.kind).toBe('refused');
  });

  test('tells name and roles in the claims that are configured, however deep', async () => {
    const settings = {
      nameClaim: 'email',
      roleClaim: 'realm_access.roles',
      roles: { 'release-crew': 'approver', ops: 'admin' },
    };
    const rest = { email: 'Bo', realm_access: { roles: ['release-crew', 'ops', 'admin'] } };
    const token = await jwt({ rest }).sign(issuer.privateKey);
    expect(await check(token, settings)).toMatchObject({
      identity: { name: 'Bo', roles: ['approver', 'admin'] },
    });
    const dotted = await jwt({ rest: { 'https://a.b/role': 'viewer' } }).sign(issuer.privateKey);
    expect(await check(dotted, { roleClaim: 'https://a.b/role' })).toMatchObject({
      identity: { roles: ['viewer'] },
    });
  });
});

describe("the issuer's keys", () => {
  async function serve(status: number, body: () => string) {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      response.writeHead(status, { 'content-type': 'application/json', location: '/elsewhere' });
      response.end(body());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/jwks`, asked: () => asked, server };
  }

  test('are fetched once, and made-up key ids do not make us ask again and again', async () => {
    const { url, asked } = await serve(200, () => jwks);
    const config = SecuritySchema.parse({ jwt: { issuer: ISSUER, audience: AUDIENCE, jwks: url } });
    const credentials = await configuredCredentials(config, {}, ports());
    const kindOf = async (token: string) => (await credentials?.check(token))?.kind;
    expect(await kindOf(await jwt().sign(issuer.privateKey))).toBe('known');
    for (let n = 0; n < 5; n++) {
      const made = jwt({ header: { alg: 'ES256', kid: `made-up-${n}` } });
      expect(await kindOf(await made.sign(stranger.privateKey))).toBe('refused');
    }
    expect(asked()).toBe(1);
  });

  test.each([
    ['refuses', 500],
    ['sends us elsewhere', 302],
  ])('that can not be had, as the issuer %s, say nothing about the token', async (_, status) => {
    const { url } = await serve(status, () => jwks);
    expect((await check(await jwt().sign(issuer.privateKey), { jwks: url }))?.kind).toBe(
      'unavailable',
    );
  });

  test('that are none are told at the start', async () => {
    await expect(check('', { jwks: folderWith('no JSON') })).rejects.toThrow(
      'security.jwt.jwks: expected a JSON Web Key Set',
    );
    await expect(check('', { jwks: 'file:/nowhere/jwks.json' })).rejects.toThrow("can't be read");
    await expect(check('', { jwks: undefined, publicKey: 'hunter2' })).rejects.toThrow(
      /^security.jwt.publicKey: expected a public key as PEM$/,
    );
  });
});
