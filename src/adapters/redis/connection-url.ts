/** Where a Redis is, from REDIS_URL. */
export type RedisPlace =
  | { readonly kind: 'server'; readonly url: string }
  | {
      readonly kind: 'sentinel';
      readonly name: string;
      readonly sentinels: readonly HostPort[];
      readonly credentials: Credentials;
      readonly tls: boolean;
    }
  | {
      readonly kind: 'cluster';
      readonly nodes: readonly HostPort[];
      readonly credentials: Credentials;
      readonly tls: boolean;
    };

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

const FORMS =
  'redis://host:port, rediss://host:port, redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port';
const MANY = /^redis(s?)-(sentinel|cluster):\/\/(?:([^@/]*)@)?([^/@]+)(?:\/([^/?]*))?$/;

/**
 * Reads the forms of REDIS_URL; `rediss-sentinel` and `rediss-cluster` use TLS.
 *
 * @throws TypeError when it is none of them; the message shows no password
 */
export function parseRedisUrl(text: string): RedisPlace {
  if (/^rediss?:\/\//.test(text) && URL.canParse(text)) return { kind: 'server', url: text };
  const [, secure, kind, user = '', hosts = '', name = ''] = MANY.exec(text) ?? [];
  if (kind === undefined) {
    const scheme = /^[a-z-]+(?=:\/\/)/i.exec(text)?.[0];
    throw new TypeError(
      `the Redis connection must be ${FORMS}: got ${scheme === undefined ? 'no URL' : `${scheme}://…`}`,
    );
  }
  const at = hosts.split(',').map((host) => hostPort(host, kind === 'sentinel' ? 26_379 : 6_379));
  const rest = { credentials: credentials(user), tls: secure === 's' };
  if (kind === 'cluster') return { kind, nodes: at, ...rest };
  if (name === '') throw new TypeError('redis-sentinel:// must end with /<name of the master>');
  return { kind: 'sentinel', sentinels: at, name: decodeURIComponent(name), ...rest };
}

function hostPort(text: string, usual: number): HostPort {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
  if (host === '') throw new TypeError(`${JSON.stringify(text)} is not host:port`);
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? usual : Number(port) };
}

function credentials(user: string): Credentials {
  if (user === '') return {};
  const [name = '', ...rest] = user.split(':');
  const password = decodeURIComponent(rest.join(':'));
  return {
    ...(name === '' ? {} : { username: decodeURIComponent(name) }),
    ...(password === '' ? {} : { password }),
  };
}
