import type { Identity } from './roles.js';

/** Who somebody is, by what they bring. */
export interface Credentials {
  /** A token or a JSON Web Token. */
  check(credential: string): Promise<CheckedCredential>;
  /**
   * A text for a browser to bring instead, which nobody else can make.
   *
   * @param address where it signs in from
   */
  openSession(known: Known, address: string): Promise<Session>;
  /**
   * `null` where it is none of ours, has ended or was ended, and where its token or
   * issuer is no longer configured as it was.
   */
  resume(session: string): Promise<Identity | null>;
  /** From now on it is worth nothing, wherever it is brought. */
  endSession(session: string): Promise<void>;
}

export interface Known {
  readonly kind: 'known';
  readonly identity: Identity;
  /** Epoch milliseconds; `null` where the credential itself never ends. */
  readonly until: number | null;
  /** Tells one configured credential from another: its key, whose it is, and what it allows. */
  readonly basis: string;
}

export type CheckedCredential =
  | Known
  /** A sentence for the log; whoever brought the credential is told no more than that it is not valid. */
  | { readonly kind: 'refused'; readonly reason: string }
  /** Whether it is valid can't be told now. */
  | { readonly kind: 'unavailable'; readonly reason: string };

export interface Session {
  readonly text: string;
  /** Epoch milliseconds. */
  readonly until: number;
}
