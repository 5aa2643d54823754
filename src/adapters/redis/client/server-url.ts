import { MalformedRedisUrl } from '../../../contracts/problems/redis-problem.js';

/** What a URL of one server may say behind its `?`. */
const PARAMETERS: ReadonlySet<string> = new Set([
  ...['caFile', 'certFile', 'keyFile', 'db', 'family'],
  ...['username', 'password', 'connectTimeout', 'keepAlive', 'connectionName'],
]);
const SOCKET = /^(?:unix|redis\+unix|redis-socket|socket):\/\/(?:([^@/]*)@)?([^?]*)(?:\?(.*))?$/i;

const ENCODED =
  'a user or password with special characters is percent-encoded: `/` as %2F, `?` as %3F, `#` as %23, `%` as %25, `@` as %40';

/**
 * One server, by host and port. What ioredis would pass over is refused: a
 * database that is no number, and parameters that nobody knows.
 *
 * @throws MalformedRedisUrl
 */
export function serverUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw new MalformedRedisUrl(whyUnreadable(text));
  if (url.pathname.includes('@') || url.hash !== '') {
    throw new MalformedRedisUrl(`the Redis URL is not readable: ${ENCODED}`);
  }
  if (url.hostname === '') throw new MalformedRedisUrl('the Redis URL names no host');
  if (url.hostname.includes(',')) {
    throw new MalformedRedisUrl(
      'a redis:// URL names one host: several are redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port',
    );
  }
  if (url.port === '0') throw new MalformedRedisUrl(PORT);
  for (const part of [url.username, url.password]) {
    if (!isEncoded(part)) throw new MalformedRedisUrl(`the Redis URL is not readable: ${ENCODED}`);
  }
  refuseUnknown(url.searchParams);
  const named = url.pathname.replace(/^\/$/, '').replace(/^\//, '');
  const database = decoded(named);
  const asked = url.searchParams.get('db');
  for (const each of [database, asked ?? '']) assertDatabase(each);
  if (asked !== null && database !== '' && asked !== database) {
    throw new MalformedRedisUrl(`the Redis URL names two databases, ${database} and ${asked}`);
  }
  return url;
}

/**
 * A Unix socket, as ioredis reads it: `/run/redis.sock?db=2`. `null` where the text is none.
 *
 * @throws MalformedRedisUrl
 */
export function socketUrl(text: string): string | null {
  const plain = text.startsWith('/') && !text.startsWith('//') ? `unix://${text}` : text;
  const [, user = '', path, query = ''] = SOCKET.exec(plain) ?? [];
  if (path === undefined) return null;
  if (!path.startsWith('/') || path === '/') {
    throw new MalformedRedisUrl(
      'the path of a Redis socket is absolute: unix:///run/redis/redis.sock',
    );
  }
  if (![user, path].every(isEncoded)) {
    throw new MalformedRedisUrl(`the Redis URL is not readable: ${ENCODED}`);
  }
  const parameters = new URLSearchParams(query);
  refuseUnknown(parameters);
  assertDatabase(parameters.get('db') ?? '');
  const [username = '', ...password] = user.split(':');
  if (username !== '') parameters.set('username', decoded(username));
  if (password.length > 0) parameters.set('password', decoded(password.join(':')));
  const rest = parameters.toString();
  return `${decoded(path)}${rest === '' ? '' : `?${rest}`}`;
}

const PORT = 'the port of the Redis URL is a number from 1 to 65535';

function whyUnreadable(text: string): string {
  const behind = text.replace(/^[^/]*\/\//, '');
  const at = behind.lastIndexOf('@');
  if (at >= 0 && /[/?#%\s]/.test(behind.slice(0, at))) {
    return `the Redis URL is not readable: ${ENCODED}`;
  }
  const [place = ''] = behind.slice(at + 1).split(/[/?#]/);
  if (/^(:\d*)?$/.test(place)) return 'the Redis URL names no host';
  if (place.includes(',')) {
    return 'a redis:// URL names one host: several are redis-sentinel://host:port,host:port/master or redis-cluster://host:port,host:port';
  }
  if (/^[^:[\]]+:/.test(place)) return PORT;
  return 'the Redis URL is not readable: expected redis://host:port/database, an IPv6 address in brackets';
}

function refuseUnknown(parameters: URLSearchParams): void {
  const unknown = [...parameters.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown === undefined) return;
  throw new MalformedRedisUrl(
    `a Redis URL knows the parameters ${[...PARAMETERS].join(', ')}: got ${unknown}`,
  );
}

function assertDatabase(text: string): void {
  if (text === '' || /^\d{1,9}$/.test(text)) return;
  throw new MalformedRedisUrl(
    `the database of the Redis URL is a whole number from 0 (redis://host:port/2): got \`${text.slice(0, 40)}\``,
  );
}

/** Whether what is percent-encoded in it can be read. */
export function isEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

const decoded = (text: string): string => (isEncoded(text) ? decodeURIComponent(text) : text);
