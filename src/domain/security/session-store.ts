import type { Identity } from './roles.js';

/** A browser that is signed in, as it is kept. */
export interface KeptSession extends Identity {
  /** Tells it from others. Nobody can sign in with it. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly since: number;
  /** Epoch milliseconds. */
  readonly until: number;
  /** Where it was signed in from. */
  readonly address: string;
  /** Names the credential that it follows from, as that was configured then. */
  readonly basis: string;
  /** By the server's own key, over all of the above. */
  readonly seal: string;
}

/** Who is signed in with a browser. All servers of a namespace share one. */
export interface SessionStore {
  /** Keeps it until its end. The same one twice is one. Of more than 10,000 those go that end first. */
  open(session: KeptSession): Promise<void>;
  /** `null` where it was never opened, was ended, or ended long ago. */
  find(id: string): Promise<KeptSession | null>;
  /** Those that are not over at `now` (epoch milliseconds), the newest first. */
  list(now: number): Promise<readonly KeptSession[]>;
  /** From now on they are found nowhere. Those that there are not are passed over. */
  end(ids: readonly string[]): Promise<void>;
}
