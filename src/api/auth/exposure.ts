import { isLoopback } from '../http/request-guard.js';
import type { SecurityConfig } from '../../contracts/config/security.schema.js';
import type { ServerConfig } from '../../contracts/config/server.schema.js';
import type { ConfiguredCredentials, Exposure } from '../../domain/security/anonymous.js';

/** How the server was started. */
export interface ListenWords {
  readonly host: string;
  readonly writableBoard: boolean;
  readonly insecureAnonymous: boolean;
}

/** Whom a server meets that is started so: a proxy of this machine passes others on to loopback, too. */
export function exposureOf(
  security: SecurityConfig,
  { trustedProxies, publicUrl }: ServerConfig,
  { host, writableBoard, insecureAnonymous }: ListenWords,
): Exposure {
  return {
    loopback: isLoopback(host) && trustedProxies.length === 0 && isLocal(publicUrl),
    credentials: configuredIn(security),
    anonymous: security.anonymous ?? null,
    insecure: insecureAnonymous,
    writableBoard,
  };
}

function configuredIn({
  tokens,
  jwt,
  publishers,
  sessionKey,
}: SecurityConfig): ConfiguredCredentials {
  if (tokens.length > 0 || jwt !== undefined) return 'sign_in';
  return publishers.length > 0 || sessionKey !== undefined ? 'no_sign_in' : 'none';
}

/** A proxy before another address than this machine's has others behind it. */
const isLocal = (publicUrl: string | undefined): boolean =>
  publicUrl === undefined || isLoopback(new URL(publicUrl).hostname);
