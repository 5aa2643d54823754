import { describe, expect, test } from 'vitest';
import {
  accessToken,
  TOKEN_HASH_PATTERN,
  TOKEN_PATTERN,
  tokenHash,
} from '../../src/contracts/values/access-token.js';
import { canonicalJson } from '../../src/contracts/values/canonical-json.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { jobDigest } from '../../src/contracts/jobs/job-digest.js';
import { JobSignatureSchema, signedText } from '../../src/contracts/values/signed-job.js';
import { PUBLIC_KEY, VECTOR, VECTOR_TEXT } from '../support/signing-keys.js';

const HASH = `sha256:${'0'.repeat(64)}`;
const JWT = {
  issuer: 'https://id.example',
  audience: 'signalbox',
  jwks: 'https://id.example/keys',
};

function issueOf(value: unknown): string {
  const parsed = SecuritySchema.safeParse(value);
  const [issue] = parsed.error?.issues ?? [];
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'fine';
}

describe('the security of a configuration', () => {
  test('asks for nothing where nothing is said', () => {
    expect(SecuritySchema.parse({})).toEqual({
      tokens: [],
      sessionTime: 8 * 3_600_000,
      publishers: [],
      requireSignedJobs: false,
      replayWindow: 300_000,
    });
  });

  test('takes tokens, an issuer and publishers', () => {
    const security = SecuritySchema.parse({
      tokens: [{ name: 'ci', role: 'deployer', hash: HASH }],
      jwt: JWT,
      publishers: [
        { name: 'ci', algorithm: 'hmac-sha256', key: 'env:CI_KEY', services: ['api'] },
        { name: 'robot', algorithm: 'ed25519', key: [PUBLIC_KEY, 'file:/keys/robot.pem'] },
      ],
      requireSignedJobs: true,
    });
    expect(security.publishers[0]?.jobs).toEqual(['plan', 'execute', 'verify', 'rollback']);
    expect(security.jwt?.algorithms).toEqual(['RS256', 'ES256', 'EdDSA']);
  });

  const token = { name: 'ci', role: 'deployer', hash: HASH };
  const publisher = { name: 'ci', algorithm: 'hmac-sha256', key: 'env:KEY' };
  test.each<[unknown, string]>([
    [{ tokens: [{ ...token, role: 'root' }] }, 'tokens.0.role: Invalid option'],
    [{ tokens: [{ ...token, hash: 'sbx_secret' }] }, 'tokens.0.hash: expected sha256: and 64'],
    [{ tokens: [{ ...token, name: ' ci' }] }, 'tokens.0.name: expected a name without blanks'],
    [{ tokens: [token, { ...token, name: 'CI' }] }, 'tokens: expected names that differ'],
    [{ jwt: { ...JWT, jwks: 'http://id.example/keys' } }, 'jwt.jwks: expected an https URL'],
    [{ jwt: { ...JWT, jwks: 'https://me:pw@id.example' } }, 'jwt.jwks: expected an https URL'],
    [{ jwt: { ...JWT, jwks: 'keys.json' } }, 'jwt.jwks: expected an https URL'],
    [{ jwt: { ...JWT, jwks: 'file:keys.json' } }, 'jwt.jwks: expected an https URL'],
    [{ jwt: { ...JWT, jwks: 'file:/keys.json' } }, 'fine'],
    [{ jwt: { ...JWT, jwks: 'http://localhost:8080/keys' } }, 'fine'],
    [{ jwt: { ...JWT, jwks: 'http://[::1]:8080/keys' } }, 'fine'],
    [{ jwt: { ...JWT, publicKey: PUBLIC_KEY } }, 'jwt.jwks: expected either jwks or publicKey'],
    [{ jwt: { ...JWT, algorithms: ['none'] } }, 'jwt.algorithms.0: Invalid option'],
    [{ jwt: { ...JWT, algorithms: ['HS256'] } }, 'jwt.algorithms.0: Invalid option'],
    [{ sessionKey: 'a secret in the open' }, 'sessionKey: expected env:NAME or file:/path'],
    [
      { publishers: [{ ...publisher, key: 'a secret in the open' }] },
      'publishers.0.key: expected env:',
    ],
    [
      { publishers: [{ ...publisher, key: PUBLIC_KEY }] },
      'publishers.0.key: expected env:NAME or file:',
    ],
    [{ publishers: [publisher, publisher] }, 'publishers: expected names that differ'],
    [
      { publishers: [{ ...publisher, algorithm: 'md5' }] },
      'publishers.0.algorithm: Invalid option',
    ],
    [{ requireSignedJobs: true }, 'publishers: expected at least one'],
    [{ replayWindow: '10ms' }, 'replayWindow: Too small'],
    [{ tokens: [], users: [] }, ': Unrecognized key: "users"'],
  ])('%j is answered with "%s"', (value, said) => {
    expect(issueOf(value)).toContain(said);
  });
});

describe('a token', () => {
  test('is 256 random bits that a configuration knows by their hash', () => {
    const token = accessToken(new Uint8Array(32));
    expect(token).toMatch(TOKEN_PATTERN);
    expect(tokenHash(token)).toMatch(TOKEN_HASH_PATTERN);
    // printf %s sbx_AAAA…A | sha256sum
    expect(tokenHash(token)).toBe(
      'sha256:99e831ec4a1b55723ce7a5057da283469f012776a9bb4f89b5286251d85b3a34',
    );
  });
});

describe('canonical JSON', () => {
  test.each<[unknown, string]>([
    [
      { b: 1, a: { d: [3, { z: 0, y: null }], c: '"\n\u2028' } },
      '{"a":{"c":"\\"\\n\u2028","d":[3,{"y":null,"z":0}]},"b":1}',
    ],
    // RFC 8785, 3.2.3: sorted by UTF-16 code units.
    [
      { '\u20ac': 1, '\r': 2, '\ufb33': 3, '1': 4, '\ud83d\ude00': 5, '\u0080': 6, '\u00f6': 7 },
      '{"\\r":2,"1":4,"\u0080":6,"\u00f6":7,"\u20ac":1,"\ud83d\ude00":5,"\ufb33":3}',
    ],
    // RFC 8785, 3.2.2.3.
    [
      [333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0],
      '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]',
    ],
    [{ a: undefined, b: [undefined] }, '{"b":[null]}'],
    [JSON.parse('{"__proto__":1,"a":true}'), '{"__proto__":1,"a":true}'],
  ])('of %j', (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});

describe('a signed job', () => {
  test('is signed over the text of the test vector', () => {
    expect(signedText(VECTOR)).toBe(VECTOR_TEXT);
  });

  test('is the same content whoever signed it, and another one where anything else differs', () => {
    const { data } = VECTOR;
    expect(jobDigest({ ...data, signature: { nonce: 'a' } })).toBe(jobDigest(data));
    expect(jobDigest({ ...data, version: '1.4.3' })).not.toBe(jobDigest(data));
    expect(signedText({ ...VECTOR, data: { ...data, signature: {} } })).toBe(VECTOR_TEXT);
  });

  const signature = {
    publisher: 'ci',
    audience: 'production',
    algorithm: 'hmac-sha256',
    issuedAt: 1,
    nonce: 'A'.repeat(22),
    value: 'A'.repeat(43),
  };
  test.each<[string, object, boolean]>([
    ['as it should be', {}, true],
    ['with a field too many', { kid: '1' }, false],
    ['with a short nonce', { nonce: 'A'.repeat(21) }, false],
    ['with another algorithm', { algorithm: 'none' }, false],
    ['for nobody', { audience: '' }, false],
    ['with a value that is none', { value: '' }, false],
    ['issued at no time', { issuedAt: 1.5 }, false],
  ])('carries a signature %s: %j', (_, change, fine) => {
    expect(JobSignatureSchema.safeParse({ ...signature, ...change }).success).toBe(fine);
  });
});
