export interface RequestCase {
  readonly what: string;
  /** As it goes over the wire; `Host` is added where it says HOST. */
  readonly raw: string;
  /** Statuses that are a clear refusal; `closed` where the connection may end without one. */
  readonly refused: readonly (number | 'closed')[];
}

const HOST = 'Host: localhost\r\n';
const END = 'Connection: close\r\n\r\n';
const get = (what: string, path: string, ...refused: RequestCase['refused']): RequestCase => ({
  what,
  raw: `GET ${path} HTTP/1.1\r\n${HOST}${END}`,
  refused,
});
const line = (what: string, raw: string, ...refused: RequestCase['refused']): RequestCase => ({
  what,
  raw,
  refused,
});
const method = (name: string, path: string, ...refused: RequestCase['refused']): RequestCase =>
  line(`${name} of ${path}`, `${name} ${path} HTTP/1.1\r\n${HOST}${END}`, ...refused);
const post = (
  what: string,
  path: string,
  body: string,
  refused: RequestCase['refused'],
  headers = 'Content-Type: application/json\r\n',
): RequestCase => ({
  what,
  raw: `POST ${path} HTTP/1.1\r\n${HOST}${headers}Content-Length: ${Buffer.byteLength(body)}\r\n${END}${body}`,
  refused,
});

const ADD = '/queues/api/queues/plan/add';
/** Who is not known is told so before anything else is looked at. */
const UNKNOWN = [401, 403] as const;

export const REQUEST_CASES: readonly RequestCase[] = [
  get('an id that is none', '/deployments/x', 400, ...UNKNOWN),
  get('an id of nobody', '/deployments/dep_0000000000', 404, ...UNKNOWN),
  get('an id with a key in it', '/deployments/a:%7Bb%7D', 400, ...UNKNOWN),
  get('an id with a NUL', '/deployments/dep_0000000000%00', 400, ...UNKNOWN),
  get('an id with a line break', '/deployments/dep_0%0D%0ASet-Cookie:x=1', 400, ...UNKNOWN),
  get('an id with markup', '/deployments/%3Cscript%3Ealert(1)%3C/script%3E', 400, 404, ...UNKNOWN),
  get('an id every object has', '/deployments/__proto__', 400, ...UNKNOWN),
  get('an id of 5,000 letters', `/deployments/${'d'.repeat(5_000)}`, 400, 404, 414, ...UNKNOWN),
  get('a way up', '/../../../etc/passwd', 400, 404, ...UNKNOWN),
  get('a way up in percent', '/%2e%2e/%2e%2e/etc/passwd', 400, 404, ...UNKNOWN),
  get('a way up from the board', '/queues/static/..%2f..%2f..%2fpackage.json', 400, 403, 404, 401),
  get('a way up by backslash', '/queues/static/..\\..\\package.json', 400, 403, 404, 401),
  get('a percent of nothing', '/%zz', 400, ...UNKNOWN),
  get('bytes that are no UTF-8', '/%ff%fe', 400, 404, ...UNKNOWN),
  get('an over-long encoding', '/%c0%ae%c0%ae/etc/passwd', 400, 404, ...UNKNOWN),
  get('another place altogether', 'http://evil.example/', 400, 403, 404, 401),
  get('a place without a scheme', '//evil.example/%2f..', 400, 403, 404, 401),
  get('a query of 20 KB', `/deployments/x?${'q'.repeat(20_000)}`, 431, 414, 400, 'closed'),
  get('a page of minus one', '/queues/api/queues?activeQueue=plan&page=-1', 400, ...UNKNOWN, 200),
  get('a billion jobs a page', '/queues/api/queues?jobsPerPage=1000000000', 400, ...UNKNOWN, 200),
  get('a queue of nobody', '/queues/api/queues/none/1', 404, ...UNKNOWN),
  get('a queue every object has', '/queues/api/queues/__proto__/1', 404, ...UNKNOWN),
  get('a schema of nobody', '/schemas/..%2fpackage.json', 404, ...UNKNOWN),
  method('DELETE', '/deployments/dep_0000000000', 404, 405, ...UNKNOWN),
  method('PUT', '/queues/api/queues/plan/clean/failed', 404, 405, ...UNKNOWN),
  method('PUT', '/queues/api/queues/plan/pause', 404, 405, ...UNKNOWN),
  method('PUT', '/queues/api/queues/plan/empty', 404, 405, ...UNKNOWN),
  method('PUT', '/queues/api/queues/plan/obliterate', 404, 405, ...UNKNOWN),
  method('TRACE', '/healthz', 400, 404, 405, ...UNKNOWN),
  method('CONNECT', 'localhost:80', 400, 404, 405, ...UNKNOWN, 'closed'),
  method('FOO', '/', 400, 'closed'),
  post('a job through the board', ADD, '{"name":"plan-deployment","data":{}}', [
    404,
    405,
    ...UNKNOWN,
  ]),
  post(
    'a job as a form of another site',
    ADD,
    'name=plan-deployment',
    [404, 405, 415, ...UNKNOWN],
    'Content-Type: application/x-www-form-urlencoded\r\nOrigin: https://evil.example\r\n',
  ),
  post(
    'a job as plain text of another site',
    ADD,
    '{"name":"x"}',
    [404, 405, 415, ...UNKNOWN],
    'Content-Type: text/plain\r\nOrigin: null\r\n',
  ),
  post('a body that is no JSON', ADD, '{', [400, 404, 405, ...UNKNOWN]),
  post('a body with a prototype', ADD, '{"__proto__":{"x":1}}', [400, 404, 405, ...UNKNOWN]),
  post('a body 20,000 levels deep', ADD, '['.repeat(20_000), [400, 404, 405, ...UNKNOWN]),
  post('a body of 5 MB', ADD, `"${'x'.repeat(5_000_000)}"`, [413, 404, 405, ...UNKNOWN, 'closed']),
  post(
    'a body of a type nobody knows',
    ADD,
    '<a/>',
    [404, 405, 415, ...UNKNOWN],
    'Content-Type: application/xml\r\n',
  ),
  line('no Host', `GET /healthz HTTP/1.1\r\n${END}`, 400, 403),
  // Health checks of a proxy come with any name: /healthz says nothing else than that it lives.
  line('a Host of another name', `GET /queues HTTP/1.1\r\nHost: evil.example\r\n${END}`, 403),
  line('a Host with a user', `GET /queues HTTP/1.1\r\nHost: localhost@evil.example\r\n${END}`, 403),
  line(
    'two Hosts',
    `GET /queues HTTP/1.1\r\nHost: evil.example\r\nHost: localhost\r\n${END}`,
    400,
    403,
  ),
  line(
    'two lengths',
    `POST ${ADD} HTTP/1.1\r\n${HOST}Content-Length: 1\r\nContent-Length: 2\r\n${END}ab`,
    400,
  ),
  line('a length in words', `POST ${ADD} HTTP/1.1\r\n${HOST}Content-Length: many\r\n${END}`, 400),
  line(
    'a length below nothing',
    `POST ${ADD} HTTP/1.1\r\n${HOST}Content-Length: -1\r\n${END}`,
    400,
  ),
  line(
    'a length and chunks',
    `POST ${ADD} HTTP/1.1\r\n${HOST}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n${END}0\r\n\r\n`,
    400,
  ),
  line(
    'chunks of rubbish',
    `POST ${ADD} HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n${END}zz\r\n`,
    400,
    404,
    405,
    ...UNKNOWN,
  ),
  line('a folded header', `GET /healthz HTTP/1.1\r\n${HOST}X-A: a\r\n b\r\n${END}`, 400, 200),
  line('a header with a NUL', `GET /healthz HTTP/1.1\r\n${HOST}X-A: a\0b\r\n${END}`, 400),
  line('a header without a name', `GET /healthz HTTP/1.1\r\n${HOST}: x\r\n${END}`, 400),
  line(
    '5,000 headers',
    `GET /healthz HTTP/1.1\r\n${HOST}${'a: b\r\n'.repeat(5_000)}${END}`,
    431,
    'closed',
  ),
  line(
    'a header of 64 KB',
    `GET /healthz HTTP/1.1\r\n${HOST}X-A: ${'a'.repeat(65_536)}\r\n${END}`,
    431,
    'closed',
  ),
  line('a version nobody has', `GET / HTTP/9.9\r\n${HOST}${END}`, 400, 505),
  line('what is no HTTP', '\u0016\u0003\u0001\u0002\0\u0001\0\r\n\r\n', 400, 'closed'),
  line('a command for Redis', 'EVAL "return 1" 0\r\n\r\n', 400, 'closed'),
  line('HTTP/2 without being asked', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400, 505, 'closed'),
];
