import { MalformedRedisUrl } from '../../../contracts/problems/redis-problem.js';
import { isEncoded, serverUrl, socketUrl } from '../client/server-url.js';

/** Where a Redis is, from REDIS_URL. `tls` is `null` for a connection in plain text. */
export type RedisPlace =
  | { readonly kind: 'server'; readonly url: string; readonly tls: TlsFiles | null }
  | {
      readonly kind: 'sentinel';
      readonly name: string;
      readonly sentinels: readonly HostPort[];
      readonly credentials: Credentials;
      /** Of the sentinels themselves, which have users of their own. */
      readonly sentinelCredentials: Credentials;
      readonly tls: TlsFiles | null;
    }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly HostPort[];
      readonly credentials: Credentials;
      readonly tls: TlsFiles | null;
    };

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

/** PEM files. Without an authority of its own the system's are trusted; verified it always is. */
export interface TlsFiles {
  readonly caFile?: string;
  /** For a server that wants to know its clients by a certificate. */
  readonly certFile?: string;
  readonly keyFile?: string;
}

const FORMS =
  'redis://host:port, rediss://host:port, unix:///path, redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port';
const MANY =
  /^redis(s?)-(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/@?]+)(?:\/([^/?]*))?(?:\?([^#]*))?$/;
const TLS_PARAMETERS = ['caFile', 'certFile', 'keyFile'] as const;
const SENTINEL_PARAMETERS = ['sentinelUsername', 'sentinelPassword'] as const;

/**
 * Reads the forms of REDIS_URL; `rediss-sentinel` and `rediss-cluster` use TLS,
 * whose files are parameters: `?caFile=/etc/redis/ca.pem`.
 *
 * @throws MalformedRedisUrl when it is none of them; the message shows no password
 */
export function parseRedisUrl(told: string): RedisPlace {
  const text = told.trim();
  if (/^rediss?:\/\//i.test(text)) return server(serverUrl(text), text);
  const socket = socketUrl(text);
  if (socket !== null) return { kind: 'server', url: socket, tls: null };
  const [, secure, kind, user = '', hosts = '', name = '', query = ''] = MANY.exec(text) ?? [];
  if (kind === undefined) {
    throw new MalformedRedisUrl(`the Redis connection must be ${FORMS}: got ${seen(text)}`);
  }
  if (!isEncoded(`${user}${name}`)) {
    throw new MalformedRedisUrl(
      'the Redis URL is not readable: a `%` in a user, password or name is %25',
    );
  }
  const sentinel = kind === 'sentinel';
  const at = hosts.split(',').map((host) => hostPort(host, sentinel ? 26_379 : 6_379));
  const parameters = new URLSearchParams(query);
  const known: readonly string[] = [...TLS_PARAMETERS, ...(sentinel ? SENTINEL_PARAMETERS : [])];
  const unknown = [...parameters.keys()].find((parameter) => !known.includes(parameter));
  if (unknown !== undefined) {
    throw new MalformedRedisUrl(
      `redis-${kind}:// knows the parameters ${known.join(', ')}: got ${unknown}`,
    );
  }
  const rest = { credentials: credentials(user), tls: tlsFiles(parameters, secure === 's') };
  if (!sentinel) {
    if (name === '' || name === '0') return { kind: 'cluster', nodes: at, ...rest };
    throw new MalformedRedisUrl(`a cluster has no database but 0: got \`${name.slice(0, 40)}\``);
  }
  if (name === '')
    throw new MalformedRedisUrl('redis-sentinel:// must end with /<name of the master>');
  const sentinelCredentials = given({
    username: parameters.get('sentinelUsername'),
    password: parameters.get('sentinelPassword'),
  });
  return { kind, sentinels: at, name: decodeURIComponent(name), sentinelCredentials, ...rest };
}

/** The files that REDIS_CA_FILE, REDIS_CERT_FILE and REDIS_KEY_FILE name, as parameters of a TLS URL that has none. */
export function withTlsFiles(
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): string {
  if (!/^rediss(-sentinel|-cluster)?:\/\//.test(url)) return url;
  const added = Object.entries({
    caFile: env['REDIS_CA_FILE'],
    certFile: env['REDIS_CERT_FILE'],
    keyFile: env['REDIS_KEY_FILE'],
  }).flatMap(([name, file]) =>
    file && !url.includes(`${name}=`) ? [`${name}=${encodeURIComponent(file)}`] : [],
  );
  if (added.length === 0) return url;
  return `${url}${url.includes('?') ? '&' : '?'}${added.join('&')}`;
}

function server(url: URL, text: string): RedisPlace {
  const tls = tlsFiles(url.searchParams, url.protocol === 'rediss:');
  const named = TLS_PARAMETERS.filter((name) => url.searchParams.has(name));
  if (named.length === 0) return { kind: 'server', url: text, tls };
  for (const name of named) url.searchParams.delete(name);
  return { kind: 'server', url: url.href, tls };
}

function tlsFiles(parameters: URLSearchParams, secure: boolean): TlsFiles | null {
  const [caFile, certFile, keyFile] = TLS_PARAMETERS.map((name) => parameters.get(name));
  const files = given({ caFile, certFile, keyFile });
  if (secure) {
    if ((files.certFile === undefined) === (files.keyFile === undefined)) return files;
    throw new MalformedRedisUrl(
      'certFile and keyFile of the Redis connection go together: got one of them',
    );
  }
  const [first] = Object.keys(files);
  if (first === undefined) return null;
  throw new MalformedRedisUrl(
    `${first} is for a Redis connection with TLS (rediss): got one without`,
  );
}

function given<Name extends string>(
  values: Readonly<Record<Name, string | null | undefined>>,
): { readonly [key in Name]?: string } {
  const entries = Object.entries<string | null | undefined>(values);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the names it was given
  return Object.fromEntries(entries.filter(([, value]) => value)) as { [key in Name]?: string };
}

/** What stands there, as far as it can hold no password. */
function seen(text: string): string {
  if (text === '') return 'an empty text';
  if (/^["'`]/.test(text)) return 'quotation marks around it';
  const scheme = /^[a-z+-]+(?=:\/\/)/i.exec(text)?.[0];
  return scheme === undefined ? 'no URL' : `${scheme}://…`;
}

function hostPort(text: string, usual: number): HostPort {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '' || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535) {
    throw new MalformedRedisUrl(`${JSON.stringify(text)} is not host:port`);
  }
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) };
}

function credentials(user: string): Credentials {
  const [name = '', ...rest] = user.split(':');
  return given({
    username: decodeURIComponent(name),
    password: decodeURIComponent(rest.join(':')),
  });
}
