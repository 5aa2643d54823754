import { readFile } from 'node:fs/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  dedicatedConnection,
  failFastConnection,
  patientConnection,
} from '../../src/adapters/redis/connection/connection.js';
import { RedisUnavailable, withRedis } from '../../src/adapters/redis/connection/fail-fast.js';
import { StrictRedis } from '../../src/adapters/redis/client/strict-redis.js';
import { tlsAlert } from '../../src/adapters/redis/client/tls-alert.js';
import { subscribe } from '../../src/app/session/subscribe.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { type Certificates, makeCertificates, startTlsRedis } from '../support/redis-tls.js';

/** What became of a ping: PONG, or why the connection does not stand, which is said within seconds. */
async function ping(url: string): Promise<string> {
  const connection = failFastConnection(url);
  try {
    return await withRedis(connection.client, () => connection.client.ping());
  } catch (error) {
    if (!(error instanceof RedisUnavailable)) throw error;
    return error.message;
  } finally {
    await connection.close();
  }
}

const withFiles = (url: string, files: Readonly<Record<string, string>>): string =>
  `${url}?${new URLSearchParams(files).toString()}`;

const clientFiles = ({ ca, client }: Certificates) => ({
  caFile: ca,
  certFile: client.cert,
  keyFile: client.key,
});

describe('Redis behind TLS', () => {
  test('carries deployments and events, with an authority of our own', async () => {
    const certificates = await makeCertificates();
    const { port } = await startTlsRedis(certificates, certificates.server);
    const redisUrl = withFiles(`rediss://127.0.0.1:${port}`, { caFile: certificates.ca });
    const { producer, until, namespace } = await startPipeline({
      driver: new FakeDriver(),
      redisUrl,
    });

    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });

    expect((await until(deploymentId)).state.status).toBe('completed');
    for await (const event of subscribe({ connection: redisUrl, namespace, from: 'beginning' })) {
      expect(event).toMatchObject({ deploymentId, type: 'deployment.planned' });
      break;
    }
  });

  test('is trusted by its certificate only: the authority and the name are checked', async () => {
    const certificates = await makeCertificates();
    const { ca, otherCa, server, elsewhere } = certificates;
    const right = await startTlsRedis(certificates, server);
    const wrong = await startTlsRedis(certificates, elsewhere);
    const at = (port: number, files: Readonly<Record<string, string>>): string =>
      withFiles(`rediss://127.0.0.1:${port}`, files);

    const [fine, stranger, none, misnamed, plain] = await Promise.all(
      [
        at(right.port, { caFile: ca }),
        at(right.port, { caFile: otherCa }),
        at(right.port, {}),
        at(wrong.port, { caFile: ca }),
        `redis://127.0.0.1:${right.port}`,
      ].map(ping),
    );

    expect(fine).toBe('PONG');
    expect(stranger).toMatch(/unable to verify|self.signed/);
    expect(none).toMatch(/unable to verify|self.signed/);
    expect(misnamed).toMatch(/does not match certificate/);
    expect(plain).toMatch(/speaks TLS only/);
  });

  test('that wants to know its clients is shown a certificate', async () => {
    const certificates = await makeCertificates();
    const { port } = await startTlsRedis(certificates, certificates.server, {
      clientCertificates: true,
    });
    const url = `rediss://127.0.0.1:${port}`;

    expect(await ping(withFiles(url, clientFiles(certificates)))).toBe('PONG');
    expect(await ping(withFiles(url, { caFile: certificates.ca }))).toMatch(
      /wants to know its clients/,
    );
  });

  test('says why it takes no client without a certificate, also where it resets those that write at once', async () => {
    const certificates = await makeCertificates();
    const { server, ca: caFile } = certificates;
    const strict = await startTlsRedis(certificates, server, { clientCertificates: true });
    const lenient = await startTlsRedis(certificates, server);
    const ca = await readFile(caFile);
    const asked = ({ port }: { readonly port: number }) =>
      tlsAlert(new StrictRedis({ host: '127.0.0.1', port, tls: { ca }, lazyConnect: true }));

    expect((await asked(strict))?.message).toMatch(/certificate required|handshake failure/);
    expect(await asked(lenient)).toBeNull();
  });

  test('ends no process when a socket tells of more errors than one', async () => {
    const certificates = await makeCertificates();
    const { port } = await startTlsRedis(certificates, certificates.server);
    const url = withFiles(`rediss://127.0.0.1:${port}`, { caFile: certificates.ca });
    const first = patientConnection(url);
    onTestFinished(() => first.close());
    const copy = dedicatedConnection(first.client);
    onTestFinished(() => copy.close());

    for (const { client } of [first, copy]) {
      await client.ping();
      if (!('stream' in client)) throw new Error('a cluster');
      const { stream } = client;
      for (const alert of ['the first', 'another', 'one more']) {
        expect(stream.emit('error', new Error(alert))).toBe(true);
      }
      stream.destroy();
      expect(await client.ping()).toBe('PONG');
    }
  });

  test('needs files that can be read: the refusal names the parameter', () => {
    const open = (): unknown => {
      const connection = patientConnection('rediss://127.0.0.1:1?caFile=/nowhere/ca.pem');
      onTestFinished(() => connection.close());
      return connection;
    };

    expect(open).toThrow(TypeError);
    expect(open).toThrow("caFile of the Redis connection can't be read: ENOENT");
  });
});
