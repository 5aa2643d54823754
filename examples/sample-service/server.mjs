/**
 * The service that the demo deploys: a small real HTTP server.
 *
 * GET /version says what runs here; GET /healthz whether it is well. SIGTERM
 * lets it finish what it is answering.
 */
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';

const DRAIN_MS = 3_000;

/** Starts one release of the service; a sick one runs and says that it is not well. */
export function serve({ healthy = true } = {}) {
  const port = Number(process.env.PORT ?? 8080);
  const host = process.env.HOST ?? '127.0.0.1';
  const version = process.env.VERSION ?? 'unknown';
  const target = process.env.SIGNALBOX_TARGET_ID ?? null;

  const answers = {
    '/version': [200, { version, pid: process.pid, target }],
    '/healthz': healthy ? [200, { status: 'ok' }] : [500, { status: 'error' }],
  };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://service').pathname;
    const known = request.method === 'GET' && Object.hasOwn(answers, path);
    const [status, body] = known ? answers[path] : [404, { error: `nothing at ${path}` }];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });

  process.once('SIGTERM', () => {
    server.close(() => process.exit(0));
    server.closeIdleConnections();
    setTimeout(() => process.exit(0), DRAIN_MS).unref();
  });
  server.once('error', (error) => {
    console.error(`version ${version} can't listen on ${host}:${port}: ${error.message}`);
    process.exit(1);
  });
  server.listen(port, host, () => {
    console.log(`version ${version} listens on ${host}:${port}`);
    if (isRealPort(port)) writeToLedger({ version, target });
  });
}

/** On probation it is only tried, on a port that nobody knows: that is no deployment. */
const isRealPort = (port) =>
  Number(/:(\d+)\/?$/.exec(process.env.SIGNALBOX_TARGET_ADDRESS ?? '')?.[1]) === port;

/** The targets' own record of what was put on them, independent of what Signalbox says. */
function writeToLedger({ version, target }) {
  const { LEDGER, SIGNALBOX_DEPLOYMENT_ID = null, SIGNALBOX_FENCE } = process.env;
  if (!LEDGER) return;
  const entry = {
    at: new Date().toISOString(),
    version,
    deploymentId: SIGNALBOX_DEPLOYMENT_ID,
    target,
    fence: SIGNALBOX_FENCE === undefined ? null : Number(SIGNALBOX_FENCE),
    pid: process.pid,
  };
  appendFileSync(LEDGER, `${JSON.stringify(entry)}\n`);
}
