import type { QueueName } from '../../../src/contracts/jobs/define-job.js';

export interface JobCase {
  readonly what: string;
  readonly queue: QueueName;
  readonly name?: string;
  readonly data: unknown;
  /** What its reason must name. */
  readonly refused: string;
}

const plan = { schema: 1, service: 'api', version: '2' };
const web = { id: 'web-1', address: '127.0.0.1:80' };
const json = (text: string): unknown => JSON.parse(text);

const planned = (what: string, data: unknown, refused: string): JobCase => ({
  what,
  queue: 'plan',
  data,
  refused,
});
const withField = (field: string, value: unknown, what: string, refused = field): JobCase =>
  planned(what, { ...plan, [field]: value }, refused);
const onTarget = (what: string, target: unknown, refused = 'targets.0'): JobCase =>
  withField('targets', [target], what, refused);
const byId = (queue: QueueName, what: string, data: unknown, refused: string): JobCase => ({
  what,
  queue,
  data,
  refused,
});

const SERVICES: readonly (readonly [string, unknown])[] = [
  ['a colon and braces', 'a:b{c}'],
  ['a line break', 'api\n'],
  ['a NUL', 'a\0b'],
  ['an escape sequence', '\u001b[31mapi'],
  ['a look-alike letter', 'аpi'],
  ['full-width letters', '\uff41\uff50\uff49'],
  ['a way up', '../api'],
  ['nothing', ''],
  ['capitals', 'API'],
  ['5,000 letters', 'a'.repeat(5_000)],
  ['a name every object has', '__proto__'],
  ['a number', 7],
  ['a list', ['api']],
  ['an object', { name: 'api' }],
  ['a star', '*'],
  ['a leading dash', '-rf'],
];

const VERSIONS: readonly (readonly [string, unknown])[] = [
  ['shell syntax', '1; rm -rf /'],
  // Without a blank these two are versions, and no shell reads them (placeholders.test.ts).
  ['a substitution', '$(reboot now)'],
  ['an option', '--checkpoint-action=exec=sh -x'],
  ['a mark that turns the writing direction', '1\u202e2'],
  ['a blank of no width', '1\u200b'],
  ['half a character', '1\ud83d'],
  ['a blank', '1 2'],
  ['a NUL', '1\0'],
  ['nothing', ''],
  ['null', null],
  ['a number', 1.4],
  ['1,000 letters', 'v'.repeat(1_000)],
];

export const JOB_CASES: readonly JobCase[] = [
  ...SERVICES.map(([what, value]) => withField('service', value, `a service of ${what}`)),
  ...VERSIONS.map(([what, value]) => withField('version', value, `a version of ${what}`)),
  withField('environment', 'prod:{1}', 'an environment that could leave a key'),
  withField('environment', null, 'an environment of null'),
  withField('schema', '1', 'a schema in words'),
  withField('schema', 2, 'a newer schema'),
  withField('approve', 'yes', 'an approval in words'),
  withField('requestedBy', 'ann\u001b[2J', 'a person with an escape sequence'),
  withField('requestedBy', 'ann\r\nbob', 'a person of two lines'),
  withField('idempotencyKey', 'x'.repeat(201), 'a key that is too long'),
  withField('idempotencyKey', 'a\0b', 'a key with a NUL'),
  withField('force', true, 'a field nobody knows'),
  withField('metadata', { a: 1 }, 'labels that are numbers', 'metadata'),
  withField('metadata', { a: { b: 'c' } }, 'labels in labels', 'metadata'),
  withField('metadata', { ['k'.repeat(101)]: 'v' }, 'a label with a long name', 'metadata'),
  withField('metadata', { blob: 'x'.repeat(5_000_000) }, 'a label of 5 MB', 'data: '),
  withField('strategy', { kind: '__proto__' }, 'a strategy every object has'),
  withField('strategy', { kind: 'rolling', batchSize: -1 }, 'a batch below nothing'),
  withField('strategy', { kind: 'rolling', batchSize: '101%' }, 'a batch of more than all'),
  withField('strategy', { kind: 'rolling', batchSize: 1e12 }, 'a batch of a billion'),
  withField('strategy', { kind: 'rolling', delay: '999d' }, 'a wait of years'),
  withField('strategy', { kind: 'rolling', delay: -1 }, 'a wait into the past'),
  withField('strategy', 'rolling', 'a strategy as text'),
  withField('targets', 'web-1', 'targets as text'),
  withField('targets', {}, 'targets as an object'),
  withField(
    'targets',
    Array.from({ length: 10_001 }, () => web),
    '10,001 targets',
    'targets',
  ),
  withField('targets', [web, web], 'one target twice'),
  onTarget('a target of another type', 7),
  onTarget('a target with a way up in its id', { id: '../web' }),
  onTarget('a target with a colon in its id', { id: 'a:b' }),
  onTarget('a target whose address is an option', { id: 'a', address: '-oProxyCommand=sh' }),
  onTarget('a target whose address has a blank', { id: 'a', address: '127.0.0.1 -x' }),
  onTarget('a target whose address has a line break', { id: 'a', address: 'a\r\nHost: b' }),
  onTarget('a target whose name rings', { id: 'a', name: 'web\u0007' }),
  onTarget('a target with a field nobody knows', { ...web, driver: 'sh' }),
  planned('a prototype', json('{"schema":1,"__proto__":{"x":1}}'), '__proto__'),
  planned('a constructor', { ...plan, metadata: { constructor: 'x' } }, 'constructor'),
  planned('nothing', null, 'data'),
  planned('a text', 'deploy', 'data'),
  planned('a list', [plan], 'data'),
  planned('a number', 0, 'data'),
  planned('2,000 levels', json('{"a":'.repeat(2_000) + '1' + '}'.repeat(2_000)), '32 levels'),
  { ...planned('a name nobody knows', plan, 'plan-deployment'), name: 'deploy' },
  { ...planned('a name every object has', plan, 'plan-deployment'), name: '__proto__' },
  { ...planned('an empty name', plan, 'plan-deployment'), name: '' },
  { ...planned('a name of 70,000 letters', plan, 'plan-deployment'), name: 'x'.repeat(70_000) },
  byId('execute', 'no id', { schema: 1 }, 'deploymentId'),
  byId('execute', 'an id that could leave a key', { schema: 1, deploymentId: 'a:{b}' }, 'dep'),
  byId('execute', 'an id of another type', { schema: 1, deploymentId: ['dep_0'] }, 'deploymentId'),
  byId('verify', 'an id with a NUL', { schema: 1, deploymentId: 'dep_0000000000\0' }, 'dep'),
  byId(
    'verify',
    'an id that is too long',
    { schema: 1, deploymentId: 'dep_'.padEnd(99, '0') },
    'dep',
  ),
  byId('rollback', 'neither id nor service', { schema: 1 }, 'either deploymentId or service'),
  byId('rollback', 'a service with a key in it', { schema: 1, service: 'a:b' }, 'service'),
  byId(
    'rollback',
    'a reason of two lines',
    { schema: 1, service: 'api', reason: 'a\nb' },
    'reason',
  ),
  byId(
    'rollback',
    'both id and service',
    { schema: 1, service: 'api', deploymentId: 'dep_0000000000' },
    'either deploymentId or service',
  ),
];
