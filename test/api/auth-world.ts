import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { onTestFinished } from 'vitest';
import { configuredCredentials } from '../../src/adapters/security/configured-credentials.js';
import { buildApp } from '../../src/api/app.js';
import type { Log } from '../../src/domain/ports/log.js';
import type { Identity, Role } from '../../src/domain/security/roles.js';
import type { SessionStore } from '../../src/domain/security/session-store.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import type { ServerConfig } from '../../src/contracts/config/server.schema.js';
import { fakePorts, type StoredDeployment } from './fake-ports.js';

export const TOKENS: Readonly<Record<Role, string>> = {
  viewer: accessToken(new Uint8Array(32).fill(1)),
  deployer: accessToken(new Uint8Array(32).fill(2)),
  approver: accessToken(new Uint8Array(32).fill(3)),
  admin: accessToken(new Uint8Array(32).fill(4)),
};
export const UNKNOWN = accessToken(new Uint8Array(32).fill(9));

export const securityWith = (rest: object = {}) =>
  SecuritySchema.parse({
    tokens: Object.entries(TOKENS).map(([role, token]) => ({
      name: `the ${role}`,
      role,
      hash: tokenHash(token),
    })),
    ...rest,
  });

export interface AuthWorld {
  readonly anonymous?: Identity | null;
  readonly writableBoard?: boolean;
  /** What it is bound to. */
  readonly host?: string;
  readonly now?: () => number;
  readonly env?: Readonly<Record<string, string>>;
  readonly security?: object;
  readonly server?: ServerConfig;
  readonly stored?: readonly StoredDeployment[];
  readonly log?: Log;
  readonly sessions?: SessionStore;
}

/** A server with a token for each role, reached by its own name. */
export async function appWithTokens(world: AuthWorld = {}): Promise<FastifyInstance> {
  const {
    anonymous = null,
    writableBoard = true,
    host = '127.0.0.1',
    now = Date.now,
    env = {},
    security,
    server,
    stored = [],
    log,
    sessions = new MemorySessions(),
  } = world;
  const credentials = await configuredCredentials(securityWith(security), env, {
    clock: { now },
    sessions,
  });
  const app = buildApp(await fakePorts(stored), {
    host,
    writableBoard,
    log,
    server,
    access: { anonymous, credentials },
  });
  onTestFinished(() => app.close());
  return app;
}

export const FORM = 'application/x-www-form-urlencoded';

export const signIn = (
  app: FastifyInstance,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<LightMyRequestResponse> =>
  app.inject({
    method: 'POST',
    url: '/login',
    headers: { 'content-type': FORM, ...headers },
    payload: new URLSearchParams(fields).toString(),
  });

/** What signing in with this token gives a browser. */
export async function cookieOf(app: FastifyInstance, token: string): Promise<string> {
  const answer = await signIn(app, { token, next: '/queues' });
  return String(answer.headers['set-cookie']).split(';', 1)[0] ?? '';
}
