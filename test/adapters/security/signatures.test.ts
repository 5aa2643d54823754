import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { publishersFrom } from '../../../src/adapters/security/publisher-keys.js';
import {
  ed25519Verifier,
  hmacVerifier,
  jobSigner,
  type Signing,
} from '../../../src/adapters/security/signature-keys.js';
import { signingFrom } from '../../../src/adapters/security/signing-from.js';
import { SecuritySchema } from '../../../src/contracts/config/security.schema.js';
import { signedText } from '../../../src/contracts/values/signed-job.js';
import {
  PRIVATE_KEY,
  PUBLIC_KEY,
  SECRET,
  VECTOR,
  VECTOR_ED25519,
  VECTOR_HMAC,
  VECTOR_TEXT,
} from '../../support/signing-keys.js';

const folder = mkdtempSync(join(tmpdir(), 'signalbox-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fileWith(content: string): string {
  const path = join(folder, `${Math.random()}.pem`);
  writeFileSync(path, content);
  return `file:${path}`;
}

const publishers = (key: unknown, algorithm: string, env = {}) =>
  publishersFrom(
    SecuritySchema.parse({ publishers: [{ name: 'ci', algorithm, key }] }).publishers,
    env,
  );

describe('a signature', () => {
  test('made elsewhere fits: the test vector', () => {
    expect(hmacVerifier('key', SECRET)(VECTOR_TEXT, VECTOR_HMAC)).toBe(true);
    expect(ed25519Verifier('key', PUBLIC_KEY)(VECTOR_TEXT, VECTOR_ED25519)).toBe(true);
  });

  test.each<[string, Signing, (text: string, value: string) => boolean]>([
    ['HMAC', { name: 'ci', secret: SECRET }, hmacVerifier('key', SECRET)],
    ['Ed25519', { name: 'ci', privateKey: PRIVATE_KEY }, ed25519Verifier('key', PUBLIC_KEY)],
  ])('of ours by %s fits its job and no other, nor cut or longer', (_kind, signing, fits) => {
    const { name, jobId, data, queue } = VECTOR;
    const job = { queue, name, jobId, data };
    const { value, algorithm: _, ...head } = jobSigner(signing, 'staging', () => 5)(job);
    const text = signedText({ ...head, ...job, namespace: 'staging' });
    expect(head).toMatchObject({ publisher: 'ci', audience: 'staging', issuedAt: 5 });
    expect(jobSigner({ ...signing, audience: 'eu' }, 'staging', () => 5)(job).audience).toBe('eu');
    expect(fits(text, value)).toBe(true);
    expect(fits(`${text} `, value)).toBe(false);
    for (const other of [value.slice(0, -4), `${value}AAAA`, '', 'A'.repeat(value.length)]) {
      expect(fits(text, other), other).toBe(false);
    }
  });

  test('has a nonce of its own each time', () => {
    const sign = jobSigner({ name: 'ci', secret: SECRET }, 'signalbox', () => 5);
    const nonces = Array.from({ length: 1_000 }, () => sign(VECTOR).nonce);
    expect(new Set(nonces).size).toBe(1_000);
  });
});

describe('the keys of publishers', () => {
  test('are found by reference or written down, and any of several fits', async () => {
    const other = generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'pem' });
    const one = await publishers([String(other), fileWith(PUBLIC_KEY)], 'ed25519');
    expect(one.get('ci')?.fits(VECTOR_TEXT, VECTOR_ED25519)).toBe(true);
    const two = await publishers('env:KEY', 'hmac-sha256', { KEY: SECRET });
    expect(two.get('ci')?.fits(VECTOR_TEXT, VECTOR_HMAC)).toBe(true);
  });

  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  test.each<[string, unknown, string, object, string]>([
    ['is missing', 'env:KEY', 'hmac-sha256', {}, 'is taken from KEY, which is not set'],
    ['is not readable', 'file:/nowhere/key', 'ed25519', {}, "can't be read"],
    ['is short', 'env:KEY', 'hmac-sha256', { KEY: 'hunter2' }, 'expected at least 32 bytes'],
    ['is private', 'env:KEY', 'ed25519', { KEY: PRIVATE_KEY }, 'expected a public key'],
    [
      'is no key',
      'env:KEY',
      'ed25519',
      { KEY: 'hunter2' },
      'expected an Ed25519 public key as PEM',
    ],
    [
      'is of another kind',
      String(rsa.publicKey.export({ type: 'spki', format: 'pem' })),
      'ed25519',
      {},
      'expected an Ed25519 public key as PEM',
    ],
  ])('that %s is told by its field, without showing it', async (_, key, algorithm, env, said) => {
    const failure = await publishers(key, algorithm, env).catch((error: unknown) => String(error));
    expect(failure).toContain('security.publishers.ci.key');
    expect(failure).toContain(said);
    expect(failure).not.toContain('hunter2');
  });
});

describe('the command line', () => {
  test('signs with what its environment names, or not at all', async () => {
    expect(await signingFrom({})).toBeUndefined();
    const name = { SIGNALBOX_SIGNING_NAME: 'ann' };
    expect(await signingFrom({ ...name, SIGNALBOX_SIGNING_KEY: SECRET })).toEqual({
      name: 'ann',
      secret: SECRET,
    });
    const fromFile = await signingFrom({ ...name, SIGNALBOX_SIGNING_KEY: fileWith(PRIVATE_KEY) });
    expect(fromFile).toEqual({ name: 'ann', privateKey: PRIVATE_KEY.trim() });
    const audience = { SIGNALBOX_SIGNING_AUDIENCE: 'production' };
    expect(await signingFrom({ ...name, ...audience, SIGNALBOX_SIGNING_KEY: SECRET })).toEqual({
      ...{ name: 'ann', audience: 'production', secret: SECRET },
    });
  });

  test('says which half is missing, and whether a key is none', async () => {
    await expect(signingFrom({ SIGNALBOX_SIGNING_NAME: 'ann' })).rejects.toThrow(
      'SIGNALBOX_SIGNING_KEY: expected a key',
    );
    await expect(signingFrom({ SIGNALBOX_SIGNING_KEY: SECRET })).rejects.toThrow(
      'SIGNALBOX_SIGNING_NAME: expected a name',
    );
    expect(() => jobSigner({ name: 'ann', secret: 'short' }, 'signalbox', () => 0)).toThrow(
      'signing.secret: expected at least 32 bytes',
    );
    expect(() => jobSigner({ name: 'ann', privateKey: PUBLIC_KEY }, 'signalbox', () => 0)).toThrow(
      'signing.privateKey: expected an Ed25519 private key as PEM',
    );
  });
});
