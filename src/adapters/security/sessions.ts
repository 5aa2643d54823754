import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ROLES } from '../../domain/security/roles.js';

const ClaimsSchema = z.strictObject({
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  /** Epoch milliseconds. */
  until: z.number(),
  token: z.string().nullable(),
});

/** What a browser brings back of who somebody is. */
export type SessionClaims = z.output<typeof ClaimsSchema>;

/** So that what is signed here is a session and nothing else signed by the same key is one. */
const PURPOSE = 'signalbox-session-v1\n';

export function sealSession(claims: SessionClaims, key: string): string {
  const body = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return `${body}.${macOf(body, key).toString('base64url')}`;
}

/** `null` for what we did not seal, or what is over. */
export function unsealSession(text: string, key: string, now: number): SessionClaims | null {
  const [body = '', mac = '', ...more] = text.split('.');
  const given = Buffer.from(mac, 'base64url');
  const right = macOf(body, key);
  if (more.length > 0 || given.length !== right.length || !timingSafeEqual(given, right))
    return null;
  const claims = ClaimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
  return claims.until > now ? claims : null;
}

const macOf = (body: string, key: string): Buffer =>
  createHmac('sha256', key)
    .update(PURPOSE + body)
    .digest();
