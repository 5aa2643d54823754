import { createHash, timingSafeEqual } from 'node:crypto';
import { TOKEN_PATTERN } from '../../contracts/values/access-token.js';
import type { SecurityConfig } from '../../contracts/config/security.schema.js';
import type { CheckedCredential } from '../../domain/security/credentials.js';
import type { Identity } from '../../domain/security/roles.js';
import { tokenBasis } from './credential-basis.js';

interface Entry {
  readonly identity: Identity;
  readonly hash: Buffer;
  readonly basis: string;
}

const PREFIX = 'sha256:';

/** The tokens of a configuration, which it knows by their hashes only. */
export class TokenBook {
  readonly #entries: readonly Entry[];

  constructor(tokens: SecurityConfig['tokens']) {
    this.#entries = tokens.map((token) => ({
      identity: { name: token.name, roles: [token.role] },
      hash: Buffer.from(token.hash.slice(PREFIX.length), 'hex'),
      basis: tokenBasis(token),
    }));
  }

  /** Takes the same time whichever entry it is, and whether there is one. */
  check(token: string): CheckedCredential {
    // What we did not make has not the randomness that makes one plain hash enough.
    if (!TOKEN_PATTERN.test(token)) return { kind: 'refused', reason: 'it is no token of ours' };
    const hash = createHash('sha256').update(token).digest();
    let found: Entry | undefined;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.hash, hash)) found = entry;
    }
    if (!found) return { kind: 'refused', reason: 'the token is not configured' };
    return { kind: 'known', identity: found.identity, until: null, basis: found.basis };
  }
}
