import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { haproxyConnection } from '../../../src/adapters/routers/haproxy/haproxy-connection.js';
import { createRouter } from '../../../src/adapters/routers/router-registry.js';
import { RouterSchema } from '../../../src/contracts/config/router.schema.js';
import { environmentName, serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall } from '../../../src/domain/ports/traffic-router.js';

const never = (): AbortSignal => new AbortController().signal;
const servers: Server[] = [];
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** Stands for HAProxy where a real one can't be brought to misbehave. */
async function answering(answer: (socket: Socket, command: string) => void): Promise<string> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.once('data', (line) => answer(socket, line.toString().trim()));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a connection to HAProxy', () => {
  const ask = async (answer: (socket: Socket) => void, timeoutMs = 300) =>
    haproxyConnection(await answering(answer), timeoutMs)('show info', never());

  it('gives back the whole answer, however it is cut up', async () => {
    const answer = await ask((socket) => {
      socket.write('1\n# a');
      setImmediate(() => socket.end(' b\n\n'));
    });
    expect(answer).toEqual({ ok: true, value: '1\n# a b\n\n' });
  });

  it.each<[string, (socket: Socket) => void]>([
    ['hangs up without an answer', (socket) => socket.end()],
    ['hangs up in mid-answer', (socket) => socket.end('1\n# be_id be_na')],
    ['is reset', (socket) => socket.resetAndDestroy()],
  ])('fails for now when HAProxy %s', async (_, answer) => {
    expect(await ask(answer)).toMatchObject({
      ok: false,
      error: { code: 'router/unreachable', transient: true },
    });
  });

  it.each([
    '169.254.169.254',
    '[::ffff:169.254.169.254]',
    '0xa9fea9fe',
    'metadata.google.internal',
  ])('is never made to %s, whatever the configuration says', async (host) => {
    expect(await haproxyConnection(`${host}:80`, 5_000)('show info', never())).toMatchObject({
      ok: false,
      error: { code: 'router/rejected', message: expect.stringContaining('must not be connected') },
    });
  });

  it('does not wait for ever, nor read for ever', async () => {
    expect(await ask(() => {})).toMatchObject({ ok: false, error: { code: 'router/timeout' } });
    const flood = await ask((socket) => socket.write('x'.repeat(9 * 1024 * 1024)), 60_000);
    expect(flood).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
  });
});

describe('the HAProxy router', () => {
  const call: RouteCall = {
    service: serviceName('api'),
    environment: environmentName('production'),
    targets: ['web-1', 'web-2'].map((id) => ({
      id: targetId(id),
      name: id,
      address: '10.0.0.1:80',
      metadata: {},
    })),
  };
  const router = (socket: string) => {
    const made = createRouter(RouterSchema.parse({ kind: 'haproxy', socket, timeout: 500 }));
    if (made === null) throw new Error('no router');
    return made;
  };
  const load = `# svname,qcur,scur,status,bck\nweb-1,0,0,UP,0\nweb-2,0,0,UP,0\n\n`;
  const table = (weights: ReadonlyMap<string, string>): string => {
    const rows = [...weights].map(([name, weight]) => `${name} 2 0 ${weight}\n`);
    return `1\n# srv_name srv_op_state srv_admin_state srv_uweight\n${rows.join('')}\n`;
  };

  it('raises before it lowers, and sends nothing for what is right already', async () => {
    const weights = new Map([
      ['web-1', '256'],
      ['web-2', '0'],
    ]);
    const commands: string[] = [];
    const socket = await answering((connection, command) => {
      if (command.startsWith('show')) {
        return void connection.end(command.startsWith('show stat') ? load : table(weights));
      }
      commands.push(command);
      const [, name = '', weight = ''] = /\/(\S+) weight (\d+)$/.exec(command) ?? [];
      weights.set(name, weight);
      connection.end('\n');
    });
    const switched = { 'web-1': 0, 'web-2': 1 };
    expect(await router(socket).setShares(call, switched, never())).toMatchObject({ ok: true });
    expect(await router(socket).setShares(call, switched, never())).toMatchObject({ ok: true });
    expect(commands).toEqual([
      'set server be_api/web-2 weight 256',
      'set server be_api/web-1 weight 0',
    ]);
  });

  it('does not believe an order that shows no effect', async () => {
    const weights = new Map([
      ['web-1', '256'],
      ['web-2', '0'],
    ]);
    const socket = await answering((connection, command) => {
      if (command.startsWith('set')) return void connection.end('\n');
      connection.end(command.startsWith('show stat') ? load : table(weights));
    });
    const answer = await router(socket).setShares(call, { 'web-2': 1 }, never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'router/rejected', transient: true },
    });
    expect(answer.ok || answer.error.message).toContain('shows weight 256 for web-1');
  });

  it('takes a table that was cut off between two rows for no table', async () => {
    const socket = await answering((connection, command) => {
      if (command.startsWith('show stat')) return void connection.end(load);
      connection.end(table(new Map([['web-1', '256']])).slice(0, -1));
    });
    const answer = await router(socket).shares(call, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/unreachable' } });
  });

  it('reports an order that was cut off, and what HAProxy says against one', async () => {
    const weights = new Map([
      ['web-1', '256'],
      ['web-2', '256'],
    ]);
    let reply = '';
    const socket = await answering((connection, command) => {
      if (command.startsWith('set')) return void connection.end(reply);
      connection.end(command.startsWith('show stat') ? load : table(weights));
    });
    const drain = () => router(socket).drain(call, targetId('web-1'), never());
    expect(await drain()).toMatchObject({ ok: false, error: { code: 'router/unreachable' } });
    reply = 'No such server.\n\n';
    expect(await drain()).toMatchObject({
      ok: false,
      error: {
        code: 'router/rejected',
        message: 'HAProxy answered "set server be_api/web-1 state drain" with: No such server.',
      },
    });
  });
});
