import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';
import { createRedisNode } from './redis-node.js';

const run = promisify(execFile);

export interface Certificates {
  readonly ca: string;
  readonly otherCa: string;
  /** For 127.0.0.1, by the authority `ca`. */
  readonly server: KeyPair;
  readonly client: KeyPair;
  /** As the server's, for another name. */
  readonly elsewhere: KeyPair;
}

export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

/** An authority of the test's own and what it signed, as files that go with the test. */
export async function makeCertificates(): Promise<Certificates> {
  const dir = await mkdtemp(join(tmpdir(), 'signalbox-tls-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  const openssl = (...args: readonly string[]) => run('openssl', args, { cwd: dir });
  const authority = async (name: string): Promise<string> => {
    await openssl(
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', `/CN=${name}`, '-days', '2', '-keyout', `${name}.key`, '-out', `${name}.pem`],
    );
    return join(dir, `${name}.pem`);
  };
  const signed = async (name: string, altName: string): Promise<KeyPair> => {
    await writeFile(join(dir, `${name}.ext`), `subjectAltName=${altName}\n`);
    await openssl(
      ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
      ...['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`],
    );
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key'],
      ...['-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`, '-out', `${name}.pem`],
    );
    return { cert: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) };
  };
  const ca = await authority('ca');
  const otherCa = await authority('other');
  const server = await signed('server', 'IP:127.0.0.1,DNS:localhost');
  const client = await signed('client', 'DNS:client');
  const elsewhere = await signed('elsewhere', 'DNS:redis.example');
  return { ca, otherCa, server, client, elsewhere };
}

/** A Redis that speaks TLS only; it ends with the test. */
export async function startTlsRedis(
  { ca }: Certificates,
  { cert, key }: KeyPair,
  { clientCertificates = false } = {},
): Promise<{ readonly port: number }> {
  const port = await freePort();
  const node = await createRedisNode({
    port,
    settings: {
      ...{ port: '0', 'tls-port': String(port), 'tls-ca-cert-file': ca },
      ...{ 'tls-cert-file': cert, 'tls-key-file': key },
      'tls-auth-clients': clientCertificates ? 'yes' : 'no',
    },
  });
  onTestFinished(() => node.dispose());
  await node.start();
  return { port };
}
