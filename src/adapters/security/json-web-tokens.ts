import { createPublicKey } from 'node:crypto';
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
} from 'jose';
import { z } from 'zod';
import type { JwtConfig } from '../../contracts/config/security.schema.js';
import { TextSchema } from '../../contracts/values/schemas.js';
import type { CheckedCredential } from '../../domain/security/credentials.js';
import type { Role } from '../../domain/security/roles.js';
import { jwtBasis } from './credential-basis.js';
import { type Env, resolved, SecurityError } from './secrets.js';

/** Checks what an issuer says of somebody. */
export type JwtCheck = (token: string) => Promise<CheckedCredential>;

const FETCH_MS = 5_000;
/** Tokens with made-up key ids don't make us ask the issuer more often than this. */
const COOLDOWN_MS = 30_000;
const CLOCK_TOLERANCE_S = 30;

/** @throws SecurityError where a key that is written down, or in a file, is none */
export async function jwtCheck(config: JwtConfig, env: Env): Promise<JwtCheck> {
  const { issuer, audience, algorithms, nameClaim } = config;
  const keys = await keysOf(config, env);
  const isLocal = config.jwks?.startsWith('http') !== true;
  const options = {
    issuer,
    audience,
    algorithms,
    clockTolerance: CLOCK_TOLERANCE_S,
    requiredClaims: ['exp', nameClaim],
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, options);
      return knownBy(payload, config);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return { kind: isLocal || saysNo(error) ? 'refused' : 'unavailable', reason };
    }
  };
}

function knownBy(claims: JWTPayload, config: JwtConfig): CheckedCredential {
  const name = NameSchema.safeParse(claims[config.nameClaim]);
  if (!name.success) return { kind: 'refused', reason: `${config.nameClaim} is no name` };
  const roles = rolesIn(claimAt(claims, config.roleClaim), config.roles);
  if (roles.length === 0) {
    return { kind: 'refused', reason: `${config.roleClaim} of ${name.data} names no role of ours` };
  }
  const { exp = 0 } = claims;
  return {
    kind: 'known',
    identity: { name: name.data, roles },
    until: exp * 1_000,
    basis: jwtBasis(config),
  };
}

const NameSchema = TextSchema.max(200);

/** Names of claims may hold dots themselves. */
function claimAt(claims: JWTPayload, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path.split('.').reduce<unknown>((value, key) => {
    const fields = FieldsSchema.safeParse(value);
    return fields.success && Object.hasOwn(fields.data, key) ? fields.data[key] : undefined;
  }, claims);
}

const FieldsSchema = z.record(z.string(), z.unknown());

function rolesIn(claim: unknown, known: Readonly<Record<string, Role>>): readonly Role[] {
  const said = (Array.isArray(claim) ? claim : [claim]).filter((each) => typeof each === 'string');
  const roles = said.flatMap((each) => (Object.hasOwn(known, each) ? [known[each]] : []));
  return [...new Set(roles.filter((role) => role !== undefined))];
}

async function keysOf({ jwks, publicKey }: JwtConfig, env: Env): Promise<JWTVerifyGetKey> {
  if (publicKey !== undefined) {
    const key = publicKeyFrom(await resolved('security.jwt.publicKey', publicKey, env));
    return async () => key;
  }
  if (jwks?.startsWith('file:')) {
    return keySetFrom(await resolved('security.jwt.jwks', jwks, env));
  }
  return createRemoteJWKSet(new URL(jwks ?? ''), {
    timeoutDuration: FETCH_MS,
    cooldownDuration: COOLDOWN_MS,
  });
}

function publicKeyFrom(pem: string) {
  try {
    return createPublicKey(pem);
  } catch {
    throw new SecurityError('security.jwt.publicKey: expected a public key as PEM');
  }
}

function keySetFrom(text: string): JWTVerifyGetKey {
  try {
    return createLocalJWKSet(JSON.parse(text));
  } catch {
    throw new SecurityError('security.jwt.jwks: expected a JSON Web Key Set');
  }
}

/** The token is at fault, not the way to the issuer's keys. */
function saysNo(error: unknown): boolean {
  return (
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  );
}
