import type { KeptSession, SessionStore } from '../../src/domain/security/session-store.js';

/** Sessions as Redis keeps them, in a map. */
export class MemorySessions implements SessionStore {
  readonly all = new Map<string, KeptSession>();

  async open(session: KeptSession): Promise<void> {
    this.all.set(session.id, session);
  }

  async find(id: string): Promise<KeptSession | null> {
    return this.all.get(id) ?? null;
  }

  async list(now: number): Promise<readonly KeptSession[]> {
    return [...this.all.values()]
      .filter(({ until }) => until > now)
      .toSorted((a, b) => b.since - a.since);
  }

  async end(ids: readonly string[]): Promise<void> {
    for (const id of ids) this.all.delete(id);
  }
}
