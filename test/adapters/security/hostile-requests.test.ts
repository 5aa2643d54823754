import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { composeServer } from '../../../src/app/server/compose-server.js';
import { FakeDriver } from '../../support/fake-services.js';
import { startPipeline } from '../../support/pipeline.js';
import { REQUEST_CASES } from './request-cases.js';
import { fullDump } from './state-dump.js';

const closing: (() => Promise<unknown>)[] = [];
const unhandled: unknown[] = [];
const note = (reason: unknown): number => unhandled.push(reason);
afterEach(async () => {
  process.off('unhandledRejection', note);
  for (const close of closing.splice(0).toReversed()) await close();
});

/** What comes back until the connection ends, which is also an answer. */
const say = (port: number, raw: string): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setTimeout(5_000, () => socket.destroy());
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    socket.write(raw, 'latin1');
  });

const statusOf = (answer: string): number | 'closed' =>
  answer === '' ? 'closed' : Number(/^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]);

describe('a hostile request', () => {
  test(`is refused and changes nothing: ${REQUEST_CASES.length} of them`, async () => {
    process.on('unhandledRejection', note);
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { connection, namespace, url } = pipeline;
    await pipeline.producer.plan({ service: 'api', version: '1' });
    const server = await composeServer({
      connection: url,
      namespace,
      host: '127.0.0.1',
      port: 0,
      writableBoard: false,
    });
    closing.push(() => server.close());
    const port = Number(new URL(server.address).port);
    // BullMQ notes its version in every queue that is opened.
    const known = await vi.waitFor(async () => {
      const dump = await fullDump(connection.client, namespace);
      expect([...dump.keys()].filter((key) => key.endsWith(':meta'))).toHaveLength(4);
      return dump;
    });

    for (const { what, raw, refused } of REQUEST_CASES) {
      const answer = await say(port, raw);
      expect.soft(refused, `${what}: ${answer.slice(0, 300)}`).toContain(statusOf(answer));
      expect.soft(answer, what).not.toMatch(/\n\s+at .*\.(?:js|ts):\d+|node_modules|<script>alert/);
      expect.soft(answer, what).not.toMatch(/^set-cookie: x=1/im);
      expect(await fullDump(connection.client, namespace), what).toEqual(known);
    }

    expect(unhandled).toEqual([]);
    expect((await fetch(`${server.address}/healthz`)).status).toBe(200);
  });

  test('for what was stored with markup and control characters gets text, and no markup of its own', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const hostile = '<script>alert(1)</script>"\'><img src=x onerror=alert(1)>\u202e\u009b31m';
    const { deploymentId } = await pipeline.producer.deploy({
      service: 'api',
      version: '1',
      requestedBy: hostile,
      targets: [{ id: 'web-1', name: hostile, address: 'javascript:alert(1)' }],
      metadata: { [hostile.slice(0, 90)]: `${hostile}\r\n\u001b[2J` },
    });
    await pipeline.until(deploymentId, 'completed');
    const server = await composeServer({
      connection: pipeline.url,
      namespace: pipeline.namespace,
      host: '127.0.0.1',
      port: 0,
      writableBoard: false,
    });
    closing.push(() => server.close());

    const answer = await fetch(`${server.address}/deployments/${deploymentId}`);
    const page = await answer.text();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).toContain('&lt;script&gt;alert(1)');
    expect(page).not.toMatch(/<script>alert|<img src=x|(?:href|src)="javascript:/i);
  });
});
