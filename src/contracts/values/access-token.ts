import { createHash } from 'node:crypto';

/** 256 random bits, so that a plain hash keeps them: nobody can try them all. */
export const TOKEN_BYTES = 32;
export const TOKEN_PATTERN = /^sbx_[A-Za-z0-9_-]{43}$/;
export const TOKEN_HASH_PATTERN = /^sha256:[0-9a-f]{64}$/;

/** @param random of `TOKEN_BYTES` bytes */
export const accessToken = (random: Uint8Array): string =>
  `sbx_${Buffer.from(random).toString('base64url')}`;

/** What a configuration holds of a token. */
export const tokenHash = (token: string): string =>
  `sha256:${createHash('sha256').update(token).digest('hex')}`;
