import { z } from 'zod';
import { ROLES } from '../../../domain/security/roles.js';
import type { KeptSession, SessionStore } from '../../../domain/security/session-store.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type SessionKeys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';

const SCRIPTS = { open: new Script('open-session.lua'), end: new Script('end-sessions.lua') };
const MOST = 10_000;

const SessionSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.enum(ROLES)),
  since: z.number(),
  until: z.number(),
  address: z.string(),
  basis: z.string(),
  seal: z.string(),
});

/** Sessions in Redis: every server of the namespace sees one end at once. */
export class RedisSessionStore implements SessionStore {
  readonly #redis: RedisClient;
  readonly #keys: SessionKeys;
  readonly #most: number;

  /** @param most sessions that are kept; another number is for tests */
  constructor(redis: RedisClient, namespace: string, most = MOST) {
    this.#redis = redis;
    this.#keys = keysOf(namespace).sessions;
    this.#most = most;
  }

  async open(session: KeptSession): Promise<void> {
    const args = [session.id, session.until, JSON.stringify(session), this.#most];
    await SCRIPTS.open.run(this.#redis, this.#both(), args);
  }

  async find(id: string): Promise<KeptSession | null> {
    const json = await this.#redis.hget(this.#keys.all, id);
    return json === null ? null : readSession(json);
  }

  async list(now: number): Promise<readonly KeptSession[]> {
    const all = await this.#redis.hvals(this.#keys.all);
    return all
      .map(readSession)
      .filter((session) => session !== null)
      .filter(({ until }) => until > now)
      .toSorted((a, b) => b.since - a.since);
  }

  async end(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await SCRIPTS.end.run(this.#redis, this.#both(), ids);
  }

  #both(): readonly string[] {
    return [this.#keys.all, this.#keys.ends];
  }
}

/** `null` for what another hand has written there. */
function readSession(json: string): KeptSession | null {
  try {
    return SessionSchema.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
