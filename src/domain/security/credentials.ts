import type { Identity } from './roles.js';

/** Who somebody is, by what they bring. */
export interface Credentials {
  /** A token or a JSON Web Token. */
  check(credential: string): Promise<CheckedCredential>;
  /** A text for a browser to bring instead, which nobody else can make. */
  openSession(known: Known): Session;
  /** `null` where it is none of ours, over, or its token is no longer configured. */
  resume(session: string): Identity | null;
}

export interface Known {
  readonly kind: 'known';
  readonly identity: Identity;
  /** Epoch milliseconds; `null` where the credential itself never ends. */
  readonly until: number | null;
  /** Tells one configured token from another; `null` for a JSON Web Token. */
  readonly token: string | null;
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
