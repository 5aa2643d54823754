import { createHash } from 'node:crypto';
import type { JwtConfig, SecurityConfig } from '../../contracts/config/security.schema.js';

type TokenConfig = SecurityConfig['tokens'][number];

/** Changes with the token, with whose it is, and with its role. */
export const tokenBasis = ({ name, role, hash }: TokenConfig): string =>
  digestOf(['token', name, role, hash]);

/** Changes with the issuer, with its keys' place, and with what is read out of its tokens. */
export function jwtBasis(config: JwtConfig): string {
  const { issuer, audience, jwks, publicKey, algorithms, nameClaim, roleClaim, roles } = config;
  const keys = [jwks ?? null, publicKey ?? null, algorithms];
  const mapped = Object.entries(roles).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return digestOf(['jwt', issuer, audience, keys, nameClaim, roleClaim, mapped]);
}

const digestOf = (parts: readonly unknown[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
