import { describe, expect, it } from 'vitest';
import { CliWorld } from './cli-world.js';

describe('up', () => {
  it('listens on the local address with a read-only board, and prints where and for whom', async () => {
    const seen: object[] = [];
    const world = new CliWorld();
    const { code, out } = await world.run(['up'], {
      runUp: async (options, ready) => {
        seen.push(options);
        ready({
          http: 'http://127.0.0.1:7300',
          url: 'https://ops.example/signalbox/',
          redis: 'redis://127.0.0.1:7301',
          access: 'Everybody may look.',
        });
      },
    });
    expect(code).toBe(0);
    expect(seen).toEqual([{ host: '127.0.0.1', port: 7300, writableBoard: false }]);
    expect(out).toBe(
      'signalbox is up: http://127.0.0.1:7300 (queues at https://ops.example/signalbox/queues)\nRedis: redis://127.0.0.1:7301\nEverybody may look.\n',
    );
  });

  it('takes every flag, and the configuration from the environment', async () => {
    const seen: object[] = [];
    const world = new CliWorld();
    world.env = { SIGNALBOX_CONFIG: 'from-env.yaml' };
    const argv =
      'up --json --host 0.0.0.0 --port 0 --writable-board --data-dir d --redis redis://r';
    const { out } = await world.run(argv.split(' '), {
      runUp: async (options, ready) => {
        seen.push(options);
        ready({ http: 'h', url: 'u', redis: 'r', access: 'a' });
      },
    });
    expect(JSON.parse(out)).toEqual({ http: 'h', url: 'u', redis: 'r', access: 'a' });
    expect(seen).toEqual([
      {
        redis: 'redis://r',
        host: '0.0.0.0',
        port: 0,
        writableBoard: true,
        dataDir: 'd',
        config: 'from-env.yaml',
      },
    ]);
  });

  it('leaves with 1 and the reason when it cannot start', async () => {
    const world = new CliWorld();
    const { code, err } = await world.run(['up', '--config', 'c.yaml'], {
      runUp: async ({ config }) => {
        throw new Error(`${config}: services.api.driver: expected an object`);
      },
    });
    expect(code).toBe(1);
    expect(err).toBe('error: c.yaml: services.api.driver: expected an object\n');
  });
});

describe('server and worker', () => {
  it('serves until it is stopped', async () => {
    const world = new CliWorld();
    const argv = ['server', '--port', '8000'];
    const { code, out } = await world.run(argv, {
      runServer: async ({ port }, ready) =>
        ready({
          http: `http://127.0.0.1:${port}`,
          url: 'https://ops.example',
          access: 'Nobody may look.',
        }),
    });
    expect(code).toBe(0);
    expect(out).toBe(
      'signalbox serves http://127.0.0.1:8000, for people at https://ops.example\nNobody may look.\n',
    );
    const json = await world.run([...argv, '--json'], {
      runServer: async (_, ready) => ready({ http: 'http://x', url: 'http://x', access: 'a' }),
    });
    expect(JSON.parse(json.out)).toEqual({ http: 'http://x', url: 'http://x', access: 'a' });
  });

  it('works with the configuration that is named', async () => {
    const seen: object[] = [];
    const world = new CliWorld();
    world.env = { SIGNALBOX_CONFIG: 'from-env.yaml' };
    const { code } = await world.run(['worker', '--config', 'c.yaml'], {
      runWorker: async (options) => {
        seen.push(options);
      },
    });
    expect(code).toBe(0);
    expect(seen).toEqual([{ config: 'c.yaml' }]);
  });
});
