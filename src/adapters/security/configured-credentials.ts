import { randomBytes } from 'node:crypto';
import type { SecurityConfig } from '../../contracts/config/security.schema.js';
import type { Clock } from '../../domain/ports/clock.js';
import type {
  CheckedCredential,
  Credentials,
  Known,
  Session,
} from '../../domain/security/credentials.js';
import type { Identity } from '../../domain/security/roles.js';
import { jwtCheck, type JwtCheck } from './json-web-tokens.js';
import { type Env, resolved, SecurityError } from './secrets.js';
import { sealSession, unsealSession } from './sessions.js';
import { TokenBook } from './token-book.js';

const LEAST_KEY_BYTES = 32;

/**
 * The tokens and the issuer of a configuration; `null` where it has neither.
 *
 * @throws SecurityError where a key is missing or none
 */
export async function configuredCredentials(
  security: SecurityConfig,
  env: Env,
  clock: Pick<Clock, 'now'>,
): Promise<Credentials | null> {
  const { tokens, jwt, sessionKey, sessionTime } = security;
  if (tokens.length === 0 && jwt === undefined) return null;
  const key = await keyFor(sessionKey, env);
  const check = jwt ? await jwtCheck(jwt, env) : null;
  return new ConfiguredCredentials({ book: new TokenBook(tokens), check, key, sessionTime, clock });
}

interface Parts {
  readonly book: TokenBook;
  readonly check: JwtCheck | null;
  readonly key: string;
  readonly sessionTime: number;
  readonly clock: Pick<Clock, 'now'>;
}

class ConfiguredCredentials implements Credentials {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  async check(credential: string): Promise<CheckedCredential> {
    const { book, check } = this.#parts;
    const isJwt = credential.split('.').length === 3;
    return isJwt && check !== null ? check(credential) : book.check(credential);
  }

  openSession({ identity, until: end, token }: Known): Session {
    const { key, sessionTime, clock } = this.#parts;
    const until = Math.min(clock.now() + sessionTime, end ?? Infinity);
    const { name, roles } = identity;
    return { text: sealSession({ name, roles: [...roles], until, token }, key), until };
  }

  resume(session: string): Identity | null {
    const { book, check, key, clock } = this.#parts;
    const claims = unsealSession(session, key, clock.now());
    if (claims === null) return null;
    if (claims.token !== null) return book.byHash(claims.token);
    return check === null ? null : { name: claims.name, roles: claims.roles };
  }
}

async function keyFor(configured: string | undefined, env: Env): Promise<string> {
  if (configured === undefined) return randomBytes(32).toString('base64');
  const key = await resolved('security.sessionKey', configured, env);
  if (Buffer.byteLength(key) >= LEAST_KEY_BYTES) return key;
  throw new SecurityError(`security.sessionKey: expected at least ${LEAST_KEY_BYTES} bytes`);
}
