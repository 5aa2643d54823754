import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { expect, onTestFinished, test } from 'vitest';
import { guardedRequest } from '../../../src/adapters/net/guarded-request.js';
import { DEFAULT_GUARD } from '../../../src/adapters/net/network-guard.js';
import { makeCertificates } from '../../support/redis-tls.js';

test('nothing is sent to a server whose certificate nobody vouches for', async () => {
  const { server: pair } = await makeCertificates();
  let asked = 0;
  const server = createServer(
    { cert: await readFile(pair.cert), key: await readFile(pair.key) },
    (_request, response) => {
      asked += 1;
      response.end('healthy');
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');

  const url = new URL(`https://127.0.0.1:${address.port}/`);
  const request = {
    url,
    method: 'GET',
    headers: { authorization: 'Bearer secret' },
    signal: AbortSignal.timeout(5_000),
  } as const;
  await expect(guardedRequest(DEFAULT_GUARD, request, () => 'answered')).rejects.toThrow(
    /certificate/,
  );
  expect(asked).toBe(0);
});
