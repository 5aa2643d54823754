/** The text of a configuration, and what its refusal must say. */
export type ConfigCase = readonly [what: string, text: string, refused: string];

const api = (settings: object): string => JSON.stringify({ services: { api: settings } });
const check = (settings: object): string => api({ checks: [settings] });
const driver = (settings: object): string => api({ driver: settings });
const source = (settings: object): string =>
  JSON.stringify({ services: {}, metricSources: { prom: settings } });
const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i']
  .map((name, at) => {
    const before = String.fromCodePoint(97 + at);
    return `${name}: &${name} [${Array.from({ length: 9 }, () => `*${before}`).join(',')}]`;
  })
  .join('\n')}\n`;

export const CONFIG_CASES: readonly ConfigCase[] = [
  ['a bomb of aliases', bomb, 'config.yaml: Excessive alias count'],
  ['an alias of nothing', 'services: *nothing\n', 'config.yaml: Unresolved alias'],
  ['a prototype among services', '{"services": {"__proto__": {"polluted": 1}}}', '__proto__'],
  ['an alias of itself', 'services: &a\n  api: *a\n', 'not usable'],
  ['text that is cut off', '{"services": {', 'config.yaml'],
  ['nothing', '', 'not usable'],
  ['NUL bytes', '\0\0\0', 'not usable'],
  ['binary rubbish', '\u0007\u001b[2J: [', 'config.yaml'],
  ['two of one key', 'services: {}\nservices: {}\n', 'unique'],
  ['a tag that makes functions', 'services: !!js/function "x"\n', 'config.yaml'],
  ['tabs for blanks', 'services:\n\tapi: {}\n', 'config.yaml'],
  ['two documents', 'services: {}\n---\nservices: {}\n', 'document'],
  ['a list', '- a\n', 'expected a mapping'],
  ['a prototype', '{"services": {}, "__proto__": {"polluted": 1}}', '__proto__'],
  ['a constructor', '{"services": {}, "constructor": {}}', 'constructor'],
  ['no services', '{}', 'services'],
  ['a field nobody knows', '{"services": {}, "admin": true}', 'admin'],
  ['a service with a key in it', '{"services": {"a:{b}": {}}}', 'a:{b}'],
  ['a namespace with a key in it', '{"services": {}, "namespace": "a}:{b"}', 'namespace'],
  ['a lease of nothing', '{"services": {}, "worker": {"lease": 0}}', 'worker.lease'],
  ['a lease of rubbish', '{"services": {}, "worker": {"lease": "5 parsecs"}}', 'worker.lease'],
  ['a lease of infinity', '{"services": {}, "worker": {"lease": .inf}}', 'worker.lease'],
  ['a crowd of jobs', '{"services": {}, "worker": {"concurrency": 1e12}}', 'worker.concurrency'],
  ['a driver nobody knows', driver({ kind: 'eval' }), 'driver'],
  ['a command as text', driver({ kind: 'command', argv: 'rm -rf /' }), 'argv'],
  ['a command of nothing', driver({ kind: 'command', argv: [] }), 'argv'],
  ['a variable with a blank', driver({ kind: 'command', argv: ['a'], env: { 'A B': 'c' } }), 'env'],
  ['a time limit of a year', driver({ kind: 'command', argv: ['a'], timeout: '365d' }), 'timeout'],
  [
    'a code beyond all',
    driver({ kind: 'command', argv: ['a'], transientExitCodes: [256] }),
    'Codes',
  ],
  ['a check of nothing', check({ kind: 'http', url: '' }), 'url'],
  [
    'a check by a method of none',
    check({ kind: 'http', url: 'http://a', method: 'CONNECT' }),
    'method',
  ],
  [
    'a check for a status of none',
    check({ kind: 'http', url: 'http://a', expectedStatus: 1000 }),
    'Status',
  ],
  ['a check in no time', check({ kind: 'tcp', address: 'a:1', timeout: 0 }), 'timeout'],
  ['a URL that is endless', check({ kind: 'http', url: `http://${'a'.repeat(3_000)}` }), 'url'],
  ['metrics with a password', source({ kind: 'prometheus', url: 'http://ada:hunter2@m' }), 'url'],
  ['metrics of a file', source({ kind: 'prometheus', url: 'file:///etc/passwd' }), 'url'],
  [
    'a header of two lines',
    source({ kind: 'prometheus', url: 'http://m', headers: { 'a\r\nb': 'c' } }),
    'headers',
  ],
  [
    'a path that is an expression',
    source({ kind: 'http_json', url: 'http://m', path: '$..[?(@.a)]' }),
    'path',
  ],
  [
    'a path that takes its time',
    source({ kind: 'http_json', url: 'http://m', path: `a${'[0]'.repeat(50_000)}!` }),
    'path',
  ],
  [
    'a network of rubbish',
    '{"services": {}, "network": {"allow": ["10.0.0.0/99"]}}',
    'network.allow',
  ],
  ['a network of everything', '{"services": {}, "network": {"allow": ["*"]}}', 'network.allow'],
  ['a target that is an option', api({ targets: [{ id: 'a', address: '-o' }] }), 'address'],
  ['a nest of 5,000 lists', `services: ${'['.repeat(5_000)}${']'.repeat(5_000)}\n`, ''],
];
