import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { expect, onTestFinished, test } from 'vitest';
import { answeringServer } from '../support/answering-server.js';
import { freePort } from '../support/free-port.js';
import { inProcessCli } from '../support/ran-cli.js';
import { createRedisNode } from '../support/redis-node.js';
import { makeCertificates, startTlsRedis } from '../support/redis-tls.js';

/** What stands for a port or a file below. */
interface Places {
  /** A Redis with 16 databases and no password, also by a Unix socket. */
  readonly plain: number;
  readonly sock: string;
  /** One with a password, a user `ann` whose password is `p/a?s#s%@:w`, and a user `bob` who may do nothing. */
  readonly secret: number;
  /** Speaks TLS only, with a certificate of `ca`; `mutual` wants to know its clients. */
  readonly tls: number;
  readonly mutual: number;
  readonly ca: string;
  readonly other: string;
  readonly cert: string;
  readonly key: string;
  readonly replica: number;
  readonly denied: number;
  readonly noinfo: number;
  readonly http: number;
  /** Ends every connection once it is sent something. */
  readonly proxy: number;
  /** Where nobody listens. */
  readonly gone: number;
}

const ENCODED = 'percent-encoded';
const PORT = 'the port of the Redis URL is a number from 1 to 65535';
const DATABASE = 'the database of the Redis URL is a whole number from 0';

/** The form, its exit code, and what is said. */
const WRONG: readonly (readonly [url: string, code: 2 | 5, said: string])[] = [
  ['', 2, 'got an empty text'],
  ['"redis://127.0.0.1"', 2, 'got quotation marks around it'],
  ['127.0.0.1:{plain}', 2, 'the Redis connection must be redis://host:port'],
  ['http://:hunter2@127.0.0.1:{plain}', 2, 'got http://…'],
  ['redis:127.0.0.1', 2, 'got no URL'],
  ['redis://', 2, 'the Redis URL names no host'],
  ['redis://:6379', 2, 'the Redis URL names no host'],
  ['redis://127.0.0.1:70000', 2, PORT],
  ['redis://127.0.0.1:0', 2, PORT],
  ['redis://127.0.0.1:port', 2, PORT],
  ['redis://a:1,b:2', 2, 'several are redis-sentinel://'],
  ['redis://127.0.0.1:{plain}/16', 2, 'has no database 16'],
  ['redis://127.0.0.1:{plain}?db=99', 2, 'has no database 99'],
  ['redis://127.0.0.1:{plain}/x', 2, `${DATABASE} (redis://host:port/2): got \`x\``],
  ['redis://127.0.0.1:{plain}/-1', 2, `${DATABASE} (redis://host:port/2): got \`-1\``],
  ['redis://127.0.0.1:{plain}/1.5', 2, DATABASE],
  ['redis://127.0.0.1:{plain}/1/2', 2, DATABASE],
  ['redis://127.0.0.1:{plain}/1?db=2', 2, 'names two databases, 1 and 2'],
  ['redis://127.0.0.1:{plain}?ssl=true', 2, 'got ssl'],
  ['redis://ann:p/a?s#s%@:w@127.0.0.1:{secret}', 2, ENCODED],
  ['redis://ann:hunter%@127.0.0.1:{secret}', 2, ENCODED],
  ['redis://ann:12/3@127.0.0.1:{secret}', 2, ENCODED],
  ['redis://ann:hunter2@127.0.0.1:{secret}', 2, 'refuses the password of user `ann`'],
  ['redis://:hunter2@127.0.0.1:{secret}', 2, 'refuses the password of user `default`'],
  ['redis://127.0.0.1:{secret}', 2, 'wants a password'],
  ['redis://bob:bob@127.0.0.1:{secret}', 2, 'does not permit this to user `bob`'],
  ['redis://nowhere.invalid:6379', 2, 'There is no host `nowhere.invalid`'],
  ['redis://127.0.0.1:{replica}', 2, 'is a replica'],
  ['redis://127.0.0.1:{denied}', 2, 'is in protected mode'],
  ['redis://127.0.0.1:{noinfo}', 2, 'does not know the command INFO'],
  ['redis://127.0.0.1:{http}', 2, 'is not a Redis'],
  ['rediss://127.0.0.1:{plain}', 2, 'does not speak TLS'],
  ['rediss://127.0.0.1:{tls}', 2, 'is not trusted'],
  ['rediss://127.0.0.1:{tls}?caFile={other}', 2, 'is not trusted'],
  ['rediss://127.0.0.1:{tls}?caFile=/nowhere/ca.pem', 2, "caFile of the Redis connection can't be"],
  ['rediss://127.0.0.1:{mutual}?caFile={ca}', 2, 'wants to know its clients by a certificate'],
  ['redis://127.0.0.1:{tls}', 2, 'speaks TLS only: use rediss://'],
  ['unix://run/redis.sock', 2, 'the path of a Redis socket is absolute'],
  ['unix://{sock}?db=16', 2, 'has no database 16'],
  ['redis-cluster://127.0.0.1:{plain}/3', 2, 'a cluster has no database but 0'],
  ['redis-cluster://127.0.0.1:{plain}', 2, 'is no cluster'],
  ['redis-cluster://nowhere.invalid:7000', 2, 'There is no host `nowhere.invalid`'],
  ['redis-sentinel://127.0.0.1:99999/main', 2, 'is not host:port'],
  ['redis-sentinel://127.0.0.1:{plain}/main', 2, 'is no sentinel'],
  ['redis-sentinel://nowhere.invalid/main', 2, 'There is no host `nowhere.invalid`'],
  ['redis://127.0.0.1:{gone}', 5, 'Redis is away'],
  // A proxy whose Redis is away ends every connection without a word, and so does TLS where it is not spoken.
  ['redis://127.0.0.1:{proxy}', 5, 'Redis is away'],
  ['unix:///nowhere/redis.sock', 5, 'Redis is away'],
];

const RIGHT: readonly string[] = [
  'redis://127.0.0.1:{plain}',
  'redis://127.0.0.1:{plain}/',
  'redis://localhost:{plain}/15',
  'redis://127.0.0.1:{plain}?db=3&family=4',
  ' redis://127.0.0.1:{plain}/1\n',
  'REDIS://127.0.0.1:{plain}/0',
  'redis://ann:p%2Fa%3Fs%23s%25%40%3Aw@127.0.0.1:{secret}/2',
  'redis://:s3cret@127.0.0.1:{secret}',
  'redis://default:s3cret@127.0.0.1:{secret}',
  'rediss://127.0.0.1:{tls}?caFile={ca}',
  'rediss://127.0.0.1:{mutual}/4?caFile={ca}&certFile={cert}&keyFile={key}',
  'unix://{sock}',
  'unix://{sock}?db=2',
  'redis+unix://{sock}',
  '{sock}?db=5',
];

async function places(): Promise<Places> {
  const start = async (settings: Readonly<Record<string, string>>, users?: string) => {
    const port = await freePort();
    const node = await createRedisNode({
      port,
      settings,
      prepare: async (dir) => {
        if (users !== undefined) await writeFile(join(dir, 'users.acl'), users);
      },
    });
    onTestFinished(() => node.dispose());
    await node.start();
    return { port, sock: join(node.dir, 'redis.sock') };
  };
  const { port: plain, sock } = await start({ unixsocket: 'redis.sock' });
  const users = [
    'user default on >s3cret ~* &* +@all',
    'user ann on >p/a?s#s%@:w ~* &* +@all',
    'user bob on >bob resetkeys -@all',
  ];
  const { port: secret } = await start({ aclfile: 'users.acl' }, `${users.join('\n')}\n`);
  const { port: replica } = await start({ replicaof: `127.0.0.1 ${plain}` });
  const certificates = await makeCertificates();
  const { port: tls } = await startTlsRedis(certificates, certificates.server);
  const mutual = await startTlsRedis(certificates, certificates.server, {
    clientCertificates: true,
  });
  const { ca, otherCa: other, client } = certificates;
  return {
    ...{ plain, sock, secret, replica, tls, mutual: mutual.port, ca, other, ...client },
    denied: await answeringServer(
      '-DENIED Redis is running in protected mode because protected mode is enabled.\r\n',
      { closes: true },
    ),
    noinfo: await answeringServer("-ERR unknown command 'INFO', with args beginning with: \r\n"),
    http: await answeringServer('HTTP/1.1 400 Bad Request\r\n\r\n', { closes: true }),
    proxy: await answeringServer('', { closes: true }),
    gone: await freePort(),
  };
}

const filled = (url: string, known: Places): string =>
  url.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    String(Object.entries(known).find(([each]) => each === name)?.[1]),
  );

test('every form of REDIS_URL is used as it says, or refused in one sentence', async () => {
  const known = await places();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-redis-url-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify({ services: {} }));
  const run = (command: string, url: string) =>
    inProcessCli(command, { redisUrl: filled(url, known), folder });

  for (const [url, code, said] of WRONG) {
    // A worker waits for a Redis that is away: it may be started before it.
    const commands = ['services', 'doctor', ...(code === 2 ? ['worker', 'server --port 0'] : [])];
    for (const command of commands) {
      // oxlint-disable-next-line no-await-in-loop -- so that each failure is told by itself
      const { code: left, out, err } = await run(command, url);
      const told = `${command} at ${url}`;
      expect.soft({ left, out }, `${told}: ${err}`).toEqual({ left: code, out: '' });
      expect.soft(err, told).toMatch(/^error: [^\n]+\n$/);
      expect.soft(err, told).toContain(said);
      expect.soft(err, told).not.toContain('hunter2');
    }
  }
  for (const url of RIGHT) {
    // oxlint-disable-next-line no-await-in-loop -- so that each failure is told by itself
    const { code, out, err } = await run('services --json', url);
    expect.soft({ code, err }, url).toEqual({ code: 0, err: '' });
    expect.soft(() => JSON.parse(out), url).not.toThrow();
  }
});

test('what is written goes to the database that was named, also by the copies of a worker', async () => {
  const { plain } = await places();
  const folder = await mkdtemp(join(tmpdir(), 'signalbox-redis-url-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (db: number) => ({ redisUrl: `redis://127.0.0.1:${plain}/${db}`, folder });
  await writeFile(join(folder, 'signalbox.config.json'), JSON.stringify({ services: {} }));

  expect(await inProcessCli('freeze --reason no', at(7))).toMatchObject({ code: 0, err: '' });
  expect(await inProcessCli('freeze --reason no', at(17))).toMatchObject({ code: 2 });

  const client = new Redis(plain, '127.0.0.1');
  onTestFinished(() => client.disconnect());
  expect(await client.info('keyspace')).not.toMatch(/db0:/);
  expect(await client.info('keyspace')).toMatch(/db7:/);
});
