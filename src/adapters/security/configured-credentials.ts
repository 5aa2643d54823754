import type { SecurityConfig } from '../../contracts/config/security.schema.js';
import type { Clock } from '../../domain/ports/clock.js';
import type {
  CheckedCredential,
  Credentials,
  Known,
  Session,
} from '../../domain/security/credentials.js';
import type { Identity } from '../../domain/security/roles.js';
import type { SessionStore } from '../../domain/security/session-store.js';
import { jwtBasis, tokenBasis } from './credential-basis.js';
import { jwtCheck, type JwtCheck } from './json-web-tokens.js';
import { type Env, resolved, SecurityError } from './secrets.js';
import { isSealed, sealed, sessionId, sessionText } from './sessions.js';
import { TokenBook } from './token-book.js';

const LEAST_KEY_BYTES = 32;

/** Where sessions are kept, and when they end. */
export interface SessionPorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly sessions: SessionStore;
}

/**
 * The tokens and the issuer of a configuration; `null` where it has neither.
 *
 * @throws SecurityError where a key is missing or none
 */
export async function configuredCredentials(
  security: SecurityConfig,
  env: Env,
  { clock, sessions }: SessionPorts,
): Promise<Credentials | null> {
  const { tokens, jwt, sessionKey, sessionTime } = security;
  if (tokens.length === 0 && jwt === undefined) return null;
  const key = await keyFor(sessionKey, env);
  const check = jwt ? await jwtCheck(jwt, env) : null;
  const bases = new Set([...tokens.map(tokenBasis), ...(jwt ? [jwtBasis(jwt)] : [])]);
  const book = new TokenBook(tokens);
  return new ConfiguredCredentials({ book, check, bases, key, sessionTime, clock, sessions });
}

interface Parts extends SessionPorts {
  readonly book: TokenBook;
  readonly check: JwtCheck | null;
  /** Of every credential that is configured now. */
  readonly bases: ReadonlySet<string>;
  readonly key: string;
  readonly sessionTime: number;
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

  async openSession({ identity, until: end, basis }: Known, address: string): Promise<Session> {
    const { key, sessionTime, clock, sessions } = this.#parts;
    const since = clock.now();
    const until = Math.min(since + sessionTime, end ?? Infinity);
    const text = sessionText();
    const id = sessionId(text) ?? '';
    await sessions.open(sealed({ id, ...identity, since, until, address, basis }, key));
    return { text, until };
  }

  async resume(text: string): Promise<Identity | null> {
    const { bases, key, sessionTime, clock, sessions } = this.#parts;
    const id = sessionId(text);
    const kept = id === null ? null : await sessions.find(id);
    if (kept === null || kept.id !== id || !isSealed(kept, key)) return null;
    const { name, roles, since, until, basis } = kept;
    // One that was opened when sessions lasted longer ends as those do that are opened now.
    if (clock.now() >= Math.min(until, since + sessionTime)) return null;
    return bases.has(basis) ? { name, roles } : null;
  }

  async endSession(text: string): Promise<void> {
    const id = sessionId(text);
    if (id !== null) await this.#parts.sessions.end([id]);
  }
}

/** Without one a seal says only that a record is whole: whoever writes to Redis could make one. */
async function keyFor(configured: string | undefined, env: Env): Promise<string> {
  if (configured === undefined) return '';
  const key = await resolved('security.sessionKey', configured, env);
  if (Buffer.byteLength(key) >= LEAST_KEY_BYTES) return key;
  throw new SecurityError(`security.sessionKey: expected at least ${LEAST_KEY_BYTES} bytes`);
}
