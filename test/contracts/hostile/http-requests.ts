import fc from 'fast-check';
import { hostileText, hostileValue } from './hostile-values.js';

export interface HttpRequest {
  readonly method: (typeof METHODS)[number];
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: string | undefined;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

const PLACES = [
  ...['/', '/healthz', '/readyz', '/queues', '/queues/', '/queues/api/queues', '/nowhere'],
  ...['/deployments', '/deployments/', '/deployments/dep_0000000000', '/schemas/plan.json'],
  ...['/queues/api/queues/plan/add', '/queues/api/queues/plan/retry/failed', '/v1/deployments'],
  ...['/queues/queue/plan', '/queues/static/main.js', '/schemas/none.json', '/metrics'],
];

const BENT = [
  ...['..%2f..%2fetc%2fpasswd', '../../../etc/passwd', '%2e%2e/%2e%2e', '..%5c..%5cwin.ini'],
  ...['%00', '%', '%zz', '%ff%fe', '%c0%ae', '%0d%0aset-cookie:%20x=1', '//evil.example/', '\\'],
  ...['__proto__', 'constructor', '<script>', '%3Csvg/onload=1%3E', 'd'.repeat(3_000), ';', '*'],
];

const part = fc.oneof(
  fc.constantFrom(...BENT),
  hostileText.map((text) => encodeURIComponent(Buffer.from(text.slice(0, 2_000)).toString())),
  fc.stringMatching(/^[!-~]{0,20}$/),
);

/** What a request line can carry: no blanks, no control characters. */
const carried = (text: string): string => text.replaceAll(/[^!-~]/g, '');

const query = fc
  .array(fc.tuple(part, part), { maxLength: 3 })
  .map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join('&'));

const url = fc
  .tuple(fc.constantFrom(...PLACES), fc.array(part, { maxLength: 2 }), query)
  .map(([place, parts, asked]) => {
    const path = [place, ...parts].join('/').replace(/^[\\/]+/, '/');
    return carried(asked === '' ? path : `${path}?${asked}`);
  });

const NAMES = [
  ...['accept', 'host', 'origin', 'content-type', 'content-length', 'transfer-encoding', 'cookie'],
  ...['authorization', 'x-forwarded-for', 'x-http-method-override', 'accept-encoding', 'range'],
  ...[
    'if-none-match',
    'content-encoding',
    'expect',
    'upgrade',
    'te',
    'forwarded',
    'accept-version',
  ],
];
const TYPES = [
  ...['application/json', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'],
  ...['application/json; charset=utf-7', 'application/xml', '*/*', 'text/html', ';', 'a/b;q=x'],
];
const HOSTS = [
  'localhost',
  '127.0.0.1:80',
  'evil.example',
  '',
  'a b',
  '[::1',
  'localhost@evil',
  '[::1]',
];

const headers = fc
  .array(
    fc.tuple(
      fc.constantFrom(...NAMES),
      fc.oneof(fc.constantFrom(...TYPES, ...HOSTS, '0', '-1', '1e9', 'gzip', 'chunked'), part),
    ),
    { maxLength: 5 },
  )
  .map((pairs) => Object.fromEntries(pairs.map(([name, value]) => [name, carried(value)])));

const payload = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      ...['{', '[]', 'null', '{"a":1}', '{"__proto__":{"x":1}}', '{"constructor":{"prototype":1}}'],
      ...['{"a":'.repeat(2_000), '[' + '1,'.repeat(30_000) + '1]', 'x'.repeat(70_000), '\ufeff{}'],
    ),
  },
  { weight: 1, arbitrary: hostileText },
  { weight: 1, arbitrary: hostileValue.map(written) },
);

/** As JSON, where it can be. */
function written(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

/** Any request that can be put on a wire, near to a route or far from all. */
export const httpRequest: fc.Arbitrary<HttpRequest> = fc
  .record({
    method: fc.constantFrom(...METHODS),
    url,
    headers,
    payload,
    named: fc.boolean(),
  })
  // Half of them get past the guard of the Host header.
  .map(({ named, headers: sent, ...request }) => ({
    ...request,
    headers: named ? { ...sent, host: 'localhost' } : sent,
  }));
