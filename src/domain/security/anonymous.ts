import { err, ok, type Result } from '../model/result.js';
import type { Identity } from './roles.js';

/** How a server stands in its network, and what its operator said of it. */
export interface Exposure {
  /** Only programs of the same machine reach it. */
  readonly loopback: boolean;
  /** Tokens or an issuer of JWTs are configured. */
  readonly credentials: boolean;
  /** What those may do who say nothing of themselves; `null` where it was left open. */
  readonly anonymous: 'viewer' | 'none' | null;
  /** The operator let everybody look, without any credentials. */
  readonly insecure: boolean;
  readonly writableBoard: boolean;
}

/**
 * Who somebody is who brings no credentials; `null`: nobody. On loopback with
 * nothing configured it is the person of this machine, who may do what they
 * could do on the command line anyway. A server that others reach is not
 * started without either credentials or the word of its operator.
 *
 * @returns an error that says what the operator can do
 */
export function anonymousIdentity(exposure: Exposure): Result<Identity | null, string> {
  const { loopback, credentials, anonymous, insecure, writableBoard } = exposure;
  if (loopback && !credentials && anonymous === null) return ok(LOCAL);
  if (!credentials && !loopback && !insecure) {
    return err(
      'host: others could reach this server, and no token or JWT issuer is configured: ' +
        'make a token with `signalbox token create` and put its hash into security.tokens, ' +
        'or listen on 127.0.0.1, or pass --insecure-anonymous to let everybody look',
    );
  }
  if (!credentials && writableBoard) {
    return err(
      'writable-board: only an admin may change queues, and no credentials are configured',
    );
  }
  const looks = anonymous === null ? loopback || insecure : anonymous === 'viewer';
  return ok(looks ? ANYBODY : null);
}

const LOCAL: Identity = { name: 'local', roles: ['admin'] };
const ANYBODY: Identity = { name: 'anonymous', roles: ['viewer'] };
