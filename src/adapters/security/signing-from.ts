import { type Env, resolved, SecurityError } from './secrets.js';
import type { Signing } from './signature-keys.js';

/**
 * Whose jobs the command line publishes: `SIGNALBOX_SIGNING_NAME` with
 * `SIGNALBOX_SIGNING_KEY`, the key itself or `file:/path` of it. A private key
 * as PEM signs with Ed25519, anything else is the secret of an HMAC. They are for
 * `SIGNALBOX_SIGNING_AUDIENCE`, for the namespace where that is not set.
 *
 * @throws SecurityError where one of the two is missing
 */
export async function signingFrom(env: Env): Promise<Signing | undefined> {
  const { SIGNALBOX_SIGNING_NAME: name, SIGNALBOX_SIGNING_KEY: value } = env;
  const { SIGNALBOX_SIGNING_AUDIENCE: audience } = env;
  if (!name && !value) return undefined;
  if (!name) throw new SecurityError('SIGNALBOX_SIGNING_NAME: expected a name, as there is a key');
  if (!value) throw new SecurityError('SIGNALBOX_SIGNING_KEY: expected a key, as there is a name');
  const field = 'SIGNALBOX_SIGNING_KEY';
  const key = await resolved(field, value, env);
  const who = { name, ...(audience && { audience }) };
  return key.includes('PRIVATE KEY') ? { ...who, privateKey: key } : { ...who, secret: key };
}
