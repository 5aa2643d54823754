import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { ServerConfig } from '../contracts/config/server.schema.js';
import type { Log } from '../domain/ports/log.js';
import type { ApiPorts } from './http/api-ports.js';
import { type Access, LOCAL_ACCESS } from './auth/access.js';
import { requireRights } from './auth/auth-hook.js';
import { FailedAttempts } from './auth/failed-attempts.js';
import { loginRoutes } from './auth/login-routes.js';
import { BOARD_PATH, type BoardOptions, bullBoard, schemaPath } from './bull-board.js';
import { CONTRACTS, jsonSchemaOf } from './job-schemas.js';
import { admitWithin } from './limits/limit-requests.js';
import { sendProblem } from './http/problem.js';
import { type Answering, refusalOf } from './http/request-guard.js';
import { siteOf, withinBase } from './http/site.js';
import { deploymentRoutes } from './routes/deployments.js';
import { answers, healthRoutes } from './routes/health.js';
import { SECURITY_HEADERS } from './http/security-headers.js';
import { answerUnreadable } from './http/unreadable-request.js';
import { TooSlow } from './http/within.js';

export interface AppOptions {
  /** What the server is bound to: it decides which Host headers are answered. */
  readonly host: string;
  /** Bull Board may change queues only where this is set. */
  readonly writableBoard: boolean;
  readonly log?: Log | undefined;
  /** Who is let in; as on loopback with nothing configured where not given. */
  readonly access?: Access | undefined;
  /** How much one client may ask, and which proxies say who asks; no limit and none where not given. */
  readonly server?: ServerConfig | undefined;
}

const MOST_BODY_BYTES = 64 * 1024;
/** Ids that other publishers give their jobs may be long. */
const LONGEST_PARAMETER = 1_024;
const NOT_WELL_FORMED = 'This is no well-formed address.';
const HEALTH: ReadonlySet<string | undefined> = new Set(['/healthz', '/readyz']);
const BOARD_PING_MS = 2_000;
/** Whoever is slower than this holds a connection for no purpose of ours. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
const IDLE_MS = 60_000;
const KEPT_ALIVE_MS = 5_000;
const MOST_HEADER_BYTES = 16 * 1024;
/** Node drops those beyond some number in silence; then nobody knows which were read. */
const MOST_HEADERS = 100;
const MOST_CONNECTIONS = 1_000;

/** All routes, listening nowhere yet. */
export function buildApp(ports: ApiPorts, options: AppOptions): FastifyInstance {
  const trusted = options.server?.trustedProxies ?? [];
  const site = siteOf(options.server?.publicUrl);
  const { base } = site;
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    requestTimeout: REQUEST_MS,
    connectionTimeout: IDLE_MS,
    keepAliveTimeout: KEPT_ALIVE_MS,
    http: { headersTimeout: HEADERS_MS, maxHeaderSize: MOST_HEADER_BYTES },
    forceCloseConnections: true,
    trustProxy: trusted.length > 0 && [...trusted],
    routerOptions: { maxParamLength: LONGEST_PARAMETER },
    rewriteUrl: ({ url = '/' }) => withinBase(url, base),
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error, _request, reply) => {
      reply.headers(SECURITY_HEADERS);
      void sendProblem(reply, 400, NOT_WELL_FORMED);
    },
  });
  app.server.maxConnections = MOST_CONNECTIONS;
  guard(app, { boundTo: options.host, site });
  const auth = {
    access: options.access ?? LOCAL_ACCESS,
    attempts: new FailedAttempts(),
    admit: admitWithin(options.server?.rateLimit),
    site,
    log: options.log,
  };
  requireRights(app, auth);
  loginRoutes(app, auth);
  app.setNotFoundHandler((request, reply) =>
    sendProblem(reply, 404, `There is no ${request.method} ${pathOf(request)}.`),
  );
  answerErrors(app, options.log);
  app.get('/', (_request, reply) => reply.redirect(base + BOARD_PATH, 302));
  app.register(healthRoutes(ports.ping));
  const signIn = auth.access.credentials !== null;
  app.register(deploymentRoutes(ports, { base, signIn }));
  for (const contract of CONTRACTS.values()) {
    const schema = jsonSchemaOf(contract);
    app.get(schemaPath(contract.queue), (_request, reply) =>
      reply.type('application/schema+json').send(JSON.stringify(schema, null, 2)),
    );
  }
  mountBoard(app, ports, { writable: options.writableBoard, base, signIn });
  return app;
}

function guard(app: FastifyInstance, answering: Answering): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // A whole address in the request line would be for a proxy, and name a host past the Host header.
    if (!request.url.startsWith('/')) return sendProblem(reply, 400, NOT_WELL_FORMED);
    if (request.raw.rawHeaders.length > 2 * MOST_HEADERS) {
      return sendProblem(reply, 431, `There are more than ${MOST_HEADERS} headers.`);
    }
    // A proxy's health check may come without a Host, and learns nothing else.
    if (HEALTH.has(request.routeOptions.url)) return;
    const { host, origin } = request.headers;
    const refusal = refusalOf({ method: request.method, host, origin }, answering);
    if (refusal !== null) return sendProblem(reply, 403, refusal);
  });
}

/** Bull Board waits for Redis as long as its connection does; whoever looks at it should hear of it. */
function mountBoard(app: FastifyInstance, ports: ApiPorts, board: BoardOptions): void {
  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      if (!request.url.startsWith(`${BOARD_PATH}/api/`)) return;
      if (await answers(ports.ping, BOARD_PING_MS)) return;
      return sendProblem(reply, 503, 'Redis does not answer.');
    });
    await scope.register(bullBoard(ports.queues, board), { prefix: BOARD_PATH });
  });
}

function answerErrors(app: FastifyInstance, log: Log | undefined): void {
  app.setErrorHandler((error: Error & { readonly statusCode?: number }, request, reply) => {
    if (error instanceof TooSlow) return sendProblem(reply, 503, 'Redis does not answer.');
    const { statusCode = 500 } = error;
    if (statusCode >= 400 && statusCode < 500) return sendProblem(reply, statusCode, error.message);
    log?.error({ err: error, method: request.method, path: pathOf(request) }, 'a request failed');
    return sendProblem(reply, 500, 'Something went wrong here; the log says what.');
  });
}

const pathOf = (request: FastifyRequest): string => request.url.split('?', 1)[0] ?? '';
