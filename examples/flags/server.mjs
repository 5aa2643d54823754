/**
 * A service that shows one of two pages, as a feature flag says for each user.
 *
 * GET /page?user=alice shows page A or B; GET /healthz says whether the flags are followed.
 */
import { createServer } from 'node:http';
import { OpenFeature } from '@openfeature/server-sdk';
import { createProvider } from 'signalbox/openfeature';

const { REDIS_URL = 'redis://127.0.0.1:6379', NAMESPACE, VERSION = 'dev' } = process.env;
// Each version has a flag of its own: what users have of the one before stays with them.
const { FLAG = `ff_api_${VERSION}` } = process.env;
const provider = createProvider({
  connection: REDIS_URL,
  ...(NAMESPACE === undefined ? {} : { namespace: NAMESPACE }),
});
// The service runs without its flags too: everybody gets page A until Redis is there.
await OpenFeature.setProviderAndWait(provider).catch((error) => console.error(error.message));
const flags = OpenFeature.getClient();

async function page(user) {
  const context = user === null ? {} : { targetingKey: user };
  const { value, reason, flagMetadata } = await flags.getBooleanDetails(FLAG, false, context);
  return { user, page: value ? 'B' : 'A', reason, version: flagMetadata.version ?? null };
}

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://service');
  const answer =
    pathname === '/page'
      ? await page(searchParams.get('user'))
      : pathname === '/healthz' && { flags: flags.providerStatus };
  response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' });
  response.end(JSON.stringify(answer || { error: `nothing at ${pathname}` }));
});
server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => {
  console.log(`listens on http://127.0.0.1:${server.address().port}`);
});

process.once('SIGTERM', () => {
  server.close(() => void OpenFeature.close());
  server.closeIdleConnections();
});
