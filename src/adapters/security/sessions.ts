import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeptSession } from '../../domain/security/session-store.js';

const BYTES = 32;
const FORM = /^[\w-]{43}$/;

/** What a browser brings. It is written down nowhere but there. */
export const sessionText = (): string => randomBytes(BYTES).toString('base64url');

/** Under which one is kept; `null` for what we did not make. Nobody gets from it to the text. */
export const sessionId = (text: string): string | null =>
  FORM.test(text) ? createHash('sha256').update(text).digest('hex') : null;

type Unsealed = Omit<KeptSession, 'seal'>;

/** So that whoever can write where sessions are kept can't make one, or another of it. */
export const sealed = (session: Unsealed, key: string): KeptSession => ({
  ...session,
  seal: macOf(session, key).toString('base64url'),
});

export function isSealed(session: KeptSession, key: string): boolean {
  const given = Buffer.from(session.seal, 'base64url');
  const right = macOf(session, key);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** So that what is signed here is a session and nothing else signed by the same key is one. */
const PURPOSE = 'signalbox-session-v2';

function macOf({ id, name, roles, since, until, address, basis }: Unsealed, key: string): Buffer {
  const text = JSON.stringify([PURPOSE, id, name, roles, since, until, address, basis]);
  return createHmac('sha256', key).update(text).digest();
}
