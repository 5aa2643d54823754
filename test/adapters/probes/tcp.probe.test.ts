import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { healthProbeSuite } from '../../suites/health-probe.suite.js';
import { closedAddress, listen, never, probe, shut, subject } from './probe-fixtures.js';

const tcp = (address = '{target.address}', timeout = 2_000) =>
  probe({ kind: 'tcp', address, timeout });

healthProbeSuite('the tcp probe', async () => {
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  const address = await listen(server);
  return {
    subject: subject({ address }),
    good: tcp(),
    bad: tcp(await closedAddress()),
    blind: tcp('{target.host}'),
    close: () => shut(server),
  };
});

describe('a tcp check', () => {
  it('says who refused', async () => {
    const address = await closedAddress();
    const seen = await tcp().observe(subject({ address }), never());
    expect(seen).toMatchObject({
      status: 'unhealthy',
      message: `${address}: connection refused`,
      details: { error: 'ECONNREFUSED' },
    });
  });

  it('is built from the parts of an address', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).resume());
    const address = await listen(server);
    const seen = await tcp('{target.host}:{target.port}').observe(
      subject({ address: `http://${address}/` }),
      never(),
    );
    expect(seen.status).toBe('healthy');
    await shut(server);
  });

  it.each(['no-port', '127.0.0.1:99999', ':80'])('can not look at %s', async (address) => {
    const seen = await tcp(address).observe(subject(), never());
    expect(seen).toMatchObject({ status: 'unknown', message: expect.stringContaining(address) });
  });

  it('says unhealthy of a host that does not exist, or unknown where no name server answers', async () => {
    const seen = await tcp('nowhere.invalid:80').observe(subject(), never());
    expect(seen.status).toMatch(/^(unhealthy|unknown)$/);
  });
});
