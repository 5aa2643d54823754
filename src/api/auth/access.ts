import type { Credentials } from '../../domain/security/credentials.js';
import type { Identity } from '../../domain/security/roles.js';

/** Who is let in. */
export interface Access {
  /** Who somebody is who brings nothing; `null`: nobody. */
  readonly anonymous: Identity | null;
  /** `null` where none are configured: then there is nothing to sign in with. */
  readonly credentials: Credentials | null;
}

/** A server on loopback with nothing configured: whoever reaches it is the person of this machine. */
export const LOCAL_ACCESS: Access = {
  anonymous: { name: 'local', roles: ['admin'] },
  credentials: null,
};
