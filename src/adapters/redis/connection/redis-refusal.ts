import { lookup } from 'node:dns/promises';
import { TLSSocket } from 'node:tls';
import { Cluster } from 'ioredis';
import type { RedisClient } from './connection.js';
import { HealingCluster } from './healing-cluster.js';
import { StrictRedis } from '../client/strict-redis.js';
import { speaksTls, tlsAlert } from '../client/tls-alert.js';

/** What a sentence about a server can name. */
interface At {
  readonly where: string;
  readonly host: string;
  readonly db: number;
  readonly user: string;
}

type Sentence = (at: At, message: string) => string;

/** By what Redis, the system or OpenSSL says. Where it is none of these, Redis is away and may come back. */
const REFUSALS: readonly (readonly [RegExp, Sentence])[] = [
  [
    /DB index is out of range|invalid DB index/i,
    ({ where, db }) =>
      `Redis at ${where} has no database ${db}: use a number below its setting \`databases\` (16 by default, so 0 to 15)`,
  ],
  [
    /SELECT is not allowed in cluster mode/i,
    ({ where }) =>
      `Redis at ${where} is part of a cluster, which has no database but 0: use redis-cluster://host:port,host:port`,
  ],
  [
    /WRONGPASS|invalid password/i,
    ({ where, user }) =>
      `Redis at ${where} refuses the password of user \`${user}\`: check both in the Redis URL, where special characters are percent-encoded (\`@\` is %40)`,
  ],
  [
    /NOAUTH|Authentication required/i,
    ({ where }) =>
      `Redis at ${where} wants a password, and the Redis URL has none: redis://:password@host:port`,
  ],
  [
    /DENIED .*protected mode/is,
    ({ where }) =>
      `Redis at ${where} is in protected mode and takes connections from its own machine only: set a password there, and put it into the Redis URL`,
  ],
  [
    /NOPERM/,
    ({ where, user }, message) =>
      `Redis at ${where} does not permit this to user \`${user}\` (${firstLine(message)}): \`signalbox acl\` prints the users that are enough`,
  ],
  [
    /unknown command.*\binfo\b/i,
    ({ where }) =>
      `Redis at ${where} does not know the command INFO, which Signalbox needs: it was renamed or disabled (\`rename-command\` in redis.conf)`,
  ],
  [
    /cluster support disabled/i,
    ({ where }) => `Redis at ${where} is no cluster: use redis://host:port`,
  ],
  [
    /unknown command.*\bsentinel\b/i,
    ({ where }) =>
      `What answers at ${where} is no sentinel: name the sentinels, or use redis://host:port for the server itself`,
  ],
  [/ENOTFOUND/, ({ host }) => `There is no host \`${host}\`: check the name in the Redis URL`],
  [
    /\bEACCES\b/,
    ({ where }) =>
      `The socket of Redis at ${where} may not be opened by this user: check its permissions`,
  ],
  [
    /does not match certificate|ALTNAME_INVALID/i,
    ({ where }, message) =>
      `The certificate of Redis at ${where} is for another name (${firstLine(message)})`,
  ],
  [
    /certificate required|bad certificate|handshake failure/i,
    ({ where }) =>
      `Redis at ${where} wants to know its clients by a certificate: name certFile and keyFile in the Redis URL, or REDIS_CERT_FILE and REDIS_KEY_FILE`,
  ],
  [
    /certificate|self.signed|unable to verify/i,
    ({ where }, message) =>
      `The certificate of Redis at ${where} is not trusted (${firstLine(message)}): name its authority with ?caFile=<file> in the Redis URL, or REDIS_CA_FILE`,
  ],
  [
    /wrong version number|packet length too long|before secure TLS connection was established/i,
    ({ where }) => `Redis at ${where} does not speak TLS: use redis://, or its TLS port`,
  ],
  [/Unknown RESP type 21\b/, ({ where }) => `Redis at ${where} speaks TLS only: use rediss://`],
  [/Unknown RESP type/, ({ where }) => `What answers at ${where} is not a Redis`],
];

/** Why this server will not serve us whatever we wait, in one sentence; `null` where it may. */
export function redisRefusal(client: RedisClient | null, error: Error): string | null {
  const told = lastOf(error);
  const code = 'code' in told ? String(told.code) : '';
  const said = `${code} ${told.message}`;
  const found = REFUSALS.find(([pattern]) => pattern.test(said));
  return found === undefined ? null : found[1](placeOf(client, told), told.message);
}

/** Why a connection that came about was never of use: one side speaks TLS, the other does not. `null` where it is no such thing. */
export function tlsRefusal(client: RedisClient): string | null {
  if (client instanceof Cluster || client.options.tls === undefined) return null;
  const { stream } = client;
  const begun = stream instanceof TLSSocket && !stream.connecting && !stream.destroyed;
  if (!begun || !('secureConnecting' in stream && stream.secureConnecting === true)) return null;
  return `Redis at ${placeOf(client, null).where} does not speak TLS, or hangs: use redis://, or its TLS port`;
}

/**
 * Why a server ends every connection of a client without TLS, and says nothing. `null` where it is no
 * such thing: a proxy whose Redis is away does the same, and that may come back.
 */
export const shutRefusal = async (client: RedisClient): Promise<string | null> =>
  client instanceof StrictRedis && client.wasShut && (await speaksTls(client))
    ? `Redis at ${placeOf(client, null).where} speaks TLS only: use rediss://`
    : null;

/** That there is no host of those that a cluster or its sentinels are looked for at; ioredis keeps that to itself. */
export async function hostRefusal(client: RedisClient): Promise<string | null> {
  const hosts =
    client instanceof HealingCluster
      ? client.hosts
      : client instanceof Cluster
        ? []
        : (client.options.sentinels ?? []).flatMap(({ host }) => host ?? []);
  const errors = await Promise.all(
    hosts.map((host) =>
      lookup(host).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : null),
      ),
    ),
  );
  const [first] = errors;
  const none = first && errors.every((error) => error?.message.includes('ENOTFOUND'));
  return none ? redisRefusal(client, first) : null;
}

/** Why a TLS server resets every connection of ours. `null` where it does not say. */
export async function alertRefusal(client: RedisClient): Promise<string | null> {
  const alert = client instanceof StrictRedis ? await tlsAlert(client) : null;
  return alert === null ? null : redisRefusal(client, alert);
}

/** Why the server that was connected to can't be used, although it answers. */
export const replicaRefusal = (client: RedisClient): string | null =>
  client instanceof StrictRedis && client.serverRole === 'slave'
    ? `Redis at ${placeOf(client, null).where} is a replica, which takes no writes and may be behind: name its primary, or the sentinels (redis-sentinel://)`
    : null;

/** A cluster says that no node answers, and keeps why. */
function lastOf(error: Error): Error {
  const last: unknown = 'lastNodeError' in error ? error.lastNodeError : undefined;
  return last instanceof Error ? last : error;
}

function placeOf(client: RedisClient | null, error: Error | null): At {
  const named: unknown = error !== null && 'hostname' in error ? error.hostname : undefined;
  if (client === null || client instanceof Cluster) {
    const user = client?.options.redisOptions?.username || 'default';
    const host = typeof named === 'string' ? named : 'the address given';
    return { where: host, host, db: 0, user };
  }
  const { path, host = 'localhost', port = 6_379, db = 0, username, sentinels } = client.options;
  const server = sentinels ? 'the address of the sentinels' : `${bracketed(host)}:${port}`;
  return {
    where: path ?? server,
    host: typeof named === 'string' ? named : host,
    db,
    user: username || 'default',
  };
}

const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);

const firstLine = (text: string): string => (text.split('\n')[0] ?? '').slice(0, 300);
