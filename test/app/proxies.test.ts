import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { checkConfig } from '../../src/adapters/config/load-config.js';
import { composeServer } from '../../src/app/server/compose-server.js';
import { openSession } from '../../src/app/session/open-session.js';
import { accessToken, tokenHash } from '../../src/contracts/values/access-token.js';
import {
  askThrough,
  NAME,
  PROXIES,
  type ProxyKind,
  proxyPlace,
  startTlsProxy,
} from '../support/tls-proxy.js';
import { testRedis } from '../support/redis.js';

const TOKEN = accessToken(new Uint8Array(32).fill(7));
const EXAMPLE = fileURLToPath(
  new URL('../../examples/proxy/signalbox.config.yaml', import.meta.url),
);

/** A proxy of the guide in front of a server with the configuration of the guide, and a browser before it. */
async function startedBehind(kind: ProxyKind, base: string) {
  const place = await proxyPlace();
  const origin = `https://${NAME}:${place.port}`;
  const written = readFileSync(EXAMPLE, 'utf8')
    .replace(`https://${NAME}/signalbox/`, `${origin}${base}/`)
    .replace(/sha256:0+/, tokenHash(TOKEN));
  const { security, server: config } = checkConfig(parse(written));
  const { url, namespace } = testRedis();
  const server = await composeServer({
    ...{ connection: url, namespace, host: '127.0.0.1', port: 0, writableBoard: true },
    ...{ security, server: config },
  });
  onTestFinished(() => server.close());
  const upstream = Number(new URL(server.address).port);
  await startTlsProxy(kind, place, { upstream, path: `${base}/` });
  const ask = askThrough(place);
  const cli = await openSession({ redis: url, namespace }, {});
  onTestFinished(() => cli.close());
  return { ask, origin, sessions: cli.sessions, url: server.url };
}

describe.each(PROXIES)('behind %s with TLS', (kind) => {
  test.each([['/signalbox'], ['']])(
    'under the path %j one signs in, uses the board and signs out, and nobody else does',
    async (base) => {
      const { ask, origin, sessions, url } = await startedBehind(kind, base);
      expect(url).toBe(`${origin}${base}/`);
      expect((await ask('GET', `${base}/queues/api/queues`)).status).toBe(401);
      const led = await ask('GET', `${base}/queues`, { accept: 'text/html' });
      const next = encodeURIComponent(`${base}/queues`);
      expect([led.status, led.headers.location]).toEqual([302, `${base}/login?next=${next}`]);
      expect((await ask('GET', `${base}/login?next=${next}`)).body).toContain(
        `action="${base}/login"`,
      );

      const signIn = (from: string) =>
        ask('POST', `${base}/login`, {
          origin: from,
          'content-type': 'application/x-www-form-urlencoded',
          // Nobody gets another address by saying so.
          'x-forwarded-for': '203.0.113.9',
          body: new URLSearchParams({ token: TOKEN, next: `${base}/queues` }).toString(),
        });
      for (const other of ['https://evil.example', origin.replace('https', 'http')]) {
        expect((await signIn(other)).status).toBe(403);
      }
      const signedIn = await signIn(origin);
      expect([signedIn.status, signedIn.headers.location]).toEqual([303, `${base}/queues`]);
      const [setCookie = ''] = signedIn.headers['set-cookie'] ?? [];
      expect(setCookie).toContain(`; Path=${base}/; HttpOnly; SameSite=Strict`);
      expect(setCookie).toMatch(/; Secure$/);
      expect(await sessions.list(Date.now())).toMatchObject([{ address: '127.0.0.1' }]);

      const cookie = setCookie.split(';', 1)[0] ?? '';
      const board = await ask('GET', `${base}/queues`, { cookie });
      expect(board.body).toContain(`<base href="${base}/queues/" />`);
      const script = /src="(static\/[^"]+)"/.exec(board.body)?.[1] ?? '';
      expect((await ask('GET', `${base}/queues/${script}`, { cookie })).status).toBe(200);
      const pause = `${base}/queues/api/queues/plan/pause`;
      expect((await ask('PUT', pause, { cookie, origin })).status).toBe(200);
      expect((await ask('PUT', pause, { cookie, origin: 'https://evil.example' })).status).toBe(
        403,
      );
      expect((await ask('PUT', pause)).status).toBe(401);

      const out = await ask('POST', `${base}/logout`, { cookie, origin });
      expect([out.status, out.headers.location]).toEqual([303, `${base}/login`]);
      expect((await ask('GET', `${base}/queues`, { cookie })).status).toBe(401);
      expect(await sessions.list(Date.now())).toEqual([]);
    },
  );
});
