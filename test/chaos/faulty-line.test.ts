import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { FaultyLine } from './faulty-line.js';

/** A server that says everything twice, and a client that reaches it through a line. */
async function throughALine() {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      heard.push(chunk.toString());
      socket.write(chunk.toString().repeat(2));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const line = await FaultyLine.to(() => (server.address() as AddressInfo).port);
  const client = connect(line.port, '127.0.0.1');
  client.on('error', () => {});
  let said = '';
  client.on('data', (chunk) => (said += chunk.toString()));
  onTestFinished(async () => {
    client.destroy();
    await line.close();
    server.close();
  });
  return { line, client, heard, said: () => said };
}

const closed = (client: Socket) => vi.waitFor(() => expect(client.destroyed).toBe(true));

describe('a line between a client and a server', () => {
  test('passes on what both say', async () => {
    const { client, said } = await throughALine();
    client.write('ab');
    await vi.waitFor(() => expect(said()).toBe('abab'));
  });

  test('holds everything back while it is silent, and delivers it late in its order', async () => {
    const { line, client, heard, said } = await throughALine();
    client.write('a');
    await vi.waitFor(() => expect(said()).toBe('aa'));
    line.silence();
    client.write('b');
    line.delay(5);
    await vi.waitFor(() => expect(client.bytesWritten).toBe(2));
    expect(heard).toEqual(['a']);
    line.speak();
    await vi.waitFor(() => expect(said()).toBe('aabb'));
  });

  test('that is deaf still takes requests, and brings no replies', async () => {
    const { line, client, heard, said } = await throughALine();
    client.write('a');
    await vi.waitFor(() => expect(said()).toBe('aa'));
    line.deafen();
    client.write('b');
    await vi.waitFor(() => expect(heard).toEqual(['a', 'b']));
    expect(said()).toBe('aa');
    line.cut();
    await closed(client);
    expect(said()).toBe('aa');
  });

  test('that is slow loses nothing and changes no order', async () => {
    const { line, client, said } = await throughALine();
    line.delay(20);
    for (const letter of 'abc') client.write(letter);
    await vi.waitFor(() => expect(said().length).toBe(6));
    line.delay(0);
    client.write('d');
    await vi.waitFor(() => expect(said().endsWith('dd')).toBe(true));
  });
});
