import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import { type JobSigner, signedText } from '../../contracts/values/signed-job.js';
import { SecurityError } from './secrets.js';

/** Whether a signature, as base64url, is one of this text. */
export type TextVerifier = (text: string, signature: string) => boolean;

/** A shorter one could be tried out. */
const LEAST_SECRET_BYTES = 32;

/** @throws SecurityError */
export function hmacVerifier(field: string, secret: string): TextVerifier {
  checkSecret(field, secret);
  return (text, signature) => {
    const right = createHmac('sha256', secret).update(text).digest();
    const given = Buffer.from(signature, 'base64url');
    return given.length === right.length && timingSafeEqual(given, right);
  };
}

/**
 * @param pem the public key
 * @throws SecurityError
 */
export function ed25519Verifier(field: string, pem: string): TextVerifier {
  if (pem.includes('PRIVATE KEY')) {
    throw new SecurityError(`${field}: expected a public key, got a private one`);
  }
  const key = keyFrom(field, 'public', () => createPublicKey(pem));
  return (text, signature) =>
    verify(null, Buffer.from(text), key, Buffer.from(signature, 'base64url'));
}

export type SigningKey =
  /** Ed25519, as PEM. */
  | { readonly privateKey: string }
  | /** HMAC-SHA256, at least 32 bytes. */ { readonly secret: string };

export type Signing = {
  readonly name: string;
  /** The installation that the jobs are for, as `security.audience` of its workers says; the namespace where not given. */
  readonly audience?: string;
} & SigningKey;

/**
 * Signs as this publisher, each job with a nonce of its own, for one installation.
 *
 * @throws SecurityError where the key is none
 */
export function jobSigner(signing: Signing, namespace: string, now: () => number): JobSigner {
  const { algorithm, signatureOf } = signerOf(signing);
  return (job) => {
    const head = {
      publisher: signing.name,
      audience: signing.audience ?? namespace,
      issuedAt: now(),
      nonce: randomBytes(18).toString('base64url'),
    };
    const value = signatureOf(signedText({ ...head, ...job, namespace })).toString('base64url');
    return { ...head, algorithm, value };
  };
}

function signerOf(key: SigningKey): {
  algorithm: 'ed25519' | 'hmac-sha256';
  signatureOf: (text: string) => Buffer;
} {
  if ('secret' in key) {
    const { secret } = key;
    checkSecret('signing.secret', secret);
    const signatureOf = (text: string) => createHmac('sha256', secret).update(text).digest();
    return { algorithm: 'hmac-sha256', signatureOf };
  }
  const { privateKey } = key;
  const pair = keyFrom('signing.privateKey', 'private', () => createPrivateKey(privateKey));
  return { algorithm: 'ed25519', signatureOf: (text) => sign(null, Buffer.from(text), pair) };
}

function checkSecret(field: string, secret: string): void {
  if (Buffer.byteLength(secret) >= LEAST_SECRET_BYTES) return;
  throw new SecurityError(`${field}: expected at least ${LEAST_SECRET_BYTES} bytes`);
}

function keyFrom(field: string, kind: string, read: () => KeyObject): KeyObject {
  const key = attempt(read);
  if (key?.asymmetricKeyType === 'ed25519') return key;
  throw new SecurityError(`${field}: expected an Ed25519 ${kind} key as PEM`);
}

/** What Node says of a key it can't read may repeat parts of it. */
function attempt(read: () => KeyObject): KeyObject | null {
  try {
    return read();
  } catch {
    return null;
  }
}
