import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Asking, ASKING, cellOf } from '../../scripts/rights-section.js';
import { buildApp } from '../../src/api/app.js';
import { ROUTE_RIGHTS, type RouteRight } from '../../src/api/auth/route-rights.js';
import { composeServer } from '../../src/app/server/compose-server.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import { SecuritySchema } from '../../src/contracts/config/security.schema.js';
import { ServerSchema } from '../../src/contracts/config/server.schema.js';
import { ROLES } from '../../src/domain/security/roles.js';
import { fakePorts } from '../api/fake-ports.js';
import { testRedis } from '../support/redis.js';
import { askThrough, NAME, PROXIES, proxyPlace, startTlsProxy } from '../support/tls-proxy.js';

type Place = 'loopback' | 'foreign' | (typeof PROXIES)[number];
type Ask = (
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
) => Promise<{ readonly status: number }>;

const TOKENS = new Map(
  ROLES.map((role, n) => [role, accessToken(new Uint8Array(32).fill(n + 1))] as const),
);
const tokenOf = (role: Asking['role']): string => (role === null ? '' : (TOKENS.get(role) ?? ''));

const foreignAddress = Object.values(networkInterfaces())
  .flatMap((each) => each ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** On a machine without a network there is no address that others reach. */
const PLACES: readonly Place[] = [
  'loopback',
  ...(foreignAddress === undefined ? [] : ['foreign' as const]),
  ...PROXIES,
];

/** A server as a column has it, and how one asks it from there. */
async function served(place: Place, { anonymous, writable }: Asking): Promise<Ask> {
  const proxy = place === 'loopback' || place === 'foreign' ? null : await proxyPlace();
  const { url, namespace } = testRedis();
  const server = await composeServer({
    ...{ connection: url, namespace, port: 0, writableBoard: writable },
    host: place === 'foreign' ? '0.0.0.0' : '127.0.0.1',
    security: SecuritySchema.parse({
      anonymous,
      tokens: ROLES.map((role) => ({ name: role, role, hash: tokenHash(tokenOf(role)) })),
    }),
    server: ServerSchema.parse({
      rateLimit: { enabled: false },
      ...(proxy && {
        publicUrl: `https://${NAME}:${proxy.port}/signalbox/`,
        trustedProxies: ['127.0.0.1'],
      }),
    }),
  });
  onTestFinished(() => server.close());
  const { port } = new URL(server.address);
  if (proxy !== null && place !== 'loopback' && place !== 'foreign') {
    await startTlsProxy(place, proxy, { upstream: Number(port), path: '/signalbox/' });
    const ask = askThrough(proxy);
    return (method, path, headers) => ask(method, `/signalbox${path}`, headers);
  }
  const address = place === 'foreign' ? (foreignAddress ?? '') : '127.0.0.1';
  return (method, path, { body, ...headers }) =>
    fetch(`http://${address}:${port}${path}`, {
      ...{ method, headers, redirect: 'manual' },
      ...(body && { body }),
    });
}

const NAMES: Readonly<Record<string, string>> = {
  ...{ ':id': 'dep_0000000000', ':queueName': 'plan', ':jobId': '1', ':queueStatus': 'failed' },
  ...{ ':schedulerId': 'nightly', '*': 'favicon-32x32.png' },
};
const pathOf = ({ route }: RouteRight): string =>
  route.replaceAll(/:\w+|\*/g, (name) => NAMES[name] ?? name);

/** One signs in with a token, whoever one is before. */
const signingIn = {
  'content-type': 'application/x-www-form-urlencoded',
  body: new URLSearchParams({ token: tokenOf('viewer') }).toString(),
};

async function answered(ask: Ask, row: RouteRight, { role }: Asking): Promise<string> {
  const { status } = await ask(row.method, pathOf(row), {
    ...(role !== null && { authorization: `Bearer ${tokenOf(role)}` }),
    ...(row.method === 'POST' && row.route === '/login' && signingIn),
  });
  return [401, 403, 405].includes(status) || status >= 500 ? String(status) : 'yes';
}

describe('the table of who may what, cell by cell', () => {
  test.each(PLACES)('holds from: %s', async (place) => {
    for (const asking of ASKING) {
      const ask = await served(place, asking);
      await vi.waitFor(async () => {
        // On a busy machine Redis is slow to answer for a moment: that is not what is asked here.
        expect((await ask('GET', '/readyz', {})).status).toBe(200);
      });
      const cells: string[] = [];
      for (const row of ROUTE_RIGHTS) {
        cells.push(`${row.method} ${row.route}: ${await answered(ask, row, asking)}`);
      }
      expect([asking.title, ...cells]).toEqual([
        asking.title,
        ...ROUTE_RIGHTS.map((row) => `${row.method} ${row.route}: ${cellOf(row, asking)}`),
      ]);
    }
  });
});

test('the table names every route there is, and no other', async () => {
  const app = buildApp(await fakePorts(), {
    ...{ host: '127.0.0.1', writableBoard: true },
    access: {
      anonymous: null,
      credentials: {
        check: async () => ({ kind: 'refused', reason: 'nobody' }),
        openSession: async () => ({ text: '', until: 0 }),
        resume: async () => null,
        endSession: async () => {},
      },
    },
  });
  onTestFinished(() => app.close());
  await app.ready();
  const routes = routesIn(app.printRoutes({ commonPrefix: false }));
  const told = ROUTE_RIGHTS.map(({ method, route }) => `${method} ${route}`);
  // The router tells of a wildcard only where it begins.
  const named = told.map((each) => each.replace('/static/*', '/*'));
  expect(named.toSorted()).toEqual(routes.toSorted());
});

/** `method path` of every line of the router's tree. */
function routesIn(tree: string): readonly string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', path = '', methods = ''] =
      /^([│ ]*)[├└]── (\S+) \(([^)]+)\)$/.exec(line) ?? [];
    if (path === '') return [];
    const depth = indent.length / 4;
    const whole = `${above[depth - 1] ?? ''}${path}`;
    above.splice(depth, above.length, whole);
    return methods
      .split(', ')
      .filter((method) => method !== 'HEAD')
      .map((method) => `${method} ${whole}`);
  });
}
