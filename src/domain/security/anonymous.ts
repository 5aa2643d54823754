import { err, ok, type Result } from '../model/result.js';
import { type Identity, may } from './roles.js';

/** How a server stands in its network, and what its operator said of it. */
export interface Exposure {
  /** Only programs of the same machine reach it: it listens on loopback, and no proxy is configured. */
  readonly loopback: boolean;
  readonly credentials: ConfiguredCredentials;
  /** What those may do who say nothing of themselves; `null` where it was left open. */
  readonly anonymous: 'viewer' | 'none' | null;
  /** The operator let everybody look, without any credentials. */
  readonly insecure: boolean;
  readonly writableBoard: boolean;
}

/**
 * What `security` configures: nothing; tokens or an issuer of JWTs, with which one
 * signs in; or other credentials only (publishers' keys, a key for sessions).
 */
export type ConfiguredCredentials = 'none' | 'sign_in' | 'no_sign_in';

/**
 * Who somebody is who brings no credentials; `null`: nobody. On loopback with
 * nothing configured it is the person of this machine, who may do what they
 * could do on the command line anyway. With any credential it is nobody, unless
 * `security.anonymous` says otherwise: a proxy of this machine may pass the world
 * on. A server that others reach is not started without either credentials or
 * the word of its operator.
 *
 * @returns an error that says what the operator can do
 */
export function anonymousIdentity(exposure: Exposure): Result<Identity | null, string> {
  const { loopback, credentials, anonymous, insecure, writableBoard } = exposure;
  if (loopback && credentials === 'none' && anonymous === null) return ok(LOCAL);
  if (credentials !== 'none' && insecure && anonymous !== 'viewer') {
    return err(
      'insecure-anonymous: `security` has credentials, so the command line opens nothing: ' +
        'set `security.anonymous: viewer` to let everybody look, or start without this flag',
    );
  }
  if (credentials !== 'sign_in' && !loopback && !insecure) {
    return err(
      'host: others could reach this server, itself or through a proxy, and no token or JWT issuer is configured: ' +
        'make a token with `signalbox token create` and put its hash into security.tokens, ' +
        'or listen on 127.0.0.1 without server.publicUrl and server.trustedProxies, or pass --insecure-anonymous to let everybody look',
    );
  }
  if (credentials !== 'sign_in' && writableBoard) {
    return err(
      'writable-board: only an admin may change queues, and no token or JWT issuer is configured',
    );
  }
  const looks = anonymous === null ? credentials === 'none' && insecure : anonymous === 'viewer';
  return ok(looks ? ANYBODY : null);
}

/** What those may do who bring no credentials, in a sentence for the operator. */
export function anonymousAccess(anonymous: Identity | null, exposure: Exposure): string {
  const { loopback, credentials, writableBoard } = exposure;
  if (anonymous === null) {
    return credentials === 'sign_in'
      ? 'Nobody may look without a token: sign in at /login.'
      : 'Nobody may look, and nobody can sign in: add a token to `security.tokens`, or set `security.anonymous: viewer`.';
  }
  const everybody = loopback ? 'Everybody on this machine' : 'Everybody who reaches this server';
  const change = writableBoard
    ? ' and change queues and jobs'
    : ', and with --writable-board change queues and jobs';
  const why =
    credentials === 'none' ? 'no credentials are configured' : '`security.anonymous` is `viewer`';
  return `${everybody} may look${may(anonymous, 'write_board') ? change : ''}: ${why}.`;
}

const LOCAL: Identity = { name: 'local', roles: ['admin'] };
const ANYBODY: Identity = { name: 'anonymous', roles: ['viewer'] };
