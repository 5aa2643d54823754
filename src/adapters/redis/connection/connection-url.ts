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
  'redis://host:port, rediss://host:port, redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port';
const MANY =
  /^redis(s?)-(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/@?]+)(?:\/([^/?]*))?(?:\?([^#]*))?$/;
const TLS_PARAMETERS = ['caFile', 'certFile', 'keyFile'] as const;
const SENTINEL_PARAMETERS = ['sentinelUsername', 'sentinelPassword'] as const;

/**
 * Reads the forms of REDIS_URL; `rediss-sentinel` and `rediss-cluster` use TLS,
 * whose files are parameters: `?caFile=/etc/redis/ca.pem`.
 *
 * @throws TypeError when it is none of them; the message shows no password
 */
export function parseRedisUrl(text: string): RedisPlace {
  if (/^rediss?:\/\//.test(text) && URL.canParse(text)) return server(new URL(text), text);
  const [, secure, kind, user = '', hosts = '', name = '', query = ''] = MANY.exec(text) ?? [];
  if (kind === undefined) {
    const scheme = /^[a-z-]+(?=:\/\/)/i.exec(text)?.[0];
    throw new TypeError(
      `the Redis connection must be ${FORMS}: got ${scheme === undefined ? 'no URL' : `${scheme}://…`}`,
    );
  }
  const sentinel = kind === 'sentinel';
  const at = hosts.split(',').map((host) => hostPort(host, sentinel ? 26_379 : 6_379));
  const parameters = new URLSearchParams(query);
  const known: readonly string[] = [...TLS_PARAMETERS, ...(sentinel ? SENTINEL_PARAMETERS : [])];
  const unknown = [...parameters.keys()].find((parameter) => !known.includes(parameter));
  if (unknown !== undefined) {
    throw new TypeError(
      `redis-${kind}:// knows the parameters ${known.join(', ')}: got ${unknown}`,
    );
  }
  const rest = { credentials: credentials(user), tls: tlsFiles(parameters, secure === 's') };
  if (!sentinel) return { kind: 'cluster', nodes: at, ...rest };
  if (name === '') throw new TypeError('redis-sentinel:// must end with /<name of the master>');
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
    throw new TypeError(
      'certFile and keyFile of the Redis connection go together: got one of them',
    );
  }
  const [first] = Object.keys(files);
  if (first === undefined) return null;
  throw new TypeError(`${first} is for a Redis connection with TLS (rediss): got one without`);
}

function given<Name extends string>(
  values: Readonly<Record<Name, string | null | undefined>>,
): { readonly [key in Name]?: string } {
  const entries = Object.entries<string | null | undefined>(values);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- some of the names it was given
  return Object.fromEntries(entries.filter(([, value]) => value)) as { [key in Name]?: string };
}

function hostPort(text: string, usual: number): HostPort {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '') throw new TypeError(`${JSON.stringify(text)} is not host:port`);
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) };
}

function credentials(user: string): Credentials {
  const [name = '', ...rest] = user.split(':');
  return given({
    username: decodeURIComponent(name),
    password: decodeURIComponent(rest.join(':')),
  });
}
