import { grantsOf } from '../src/adapters/redis/acl/acl-roles.js';
import { ACL_ROLES, type AclRole } from '../src/contracts/values/acl-role.js';

/** Something that is done over Redis, and a command that it takes. */
export interface RedisOrder {
  readonly what: string;
  /** `@` stands for the prefix of the namespace. */
  readonly command: string;
}

const order = (what: string, command: string): RedisOrder => ({ what, command });

export const REDIS_ORDERS: readonly RedisOrder[] = [
  order('`deploy`, `roll_back`: publish a job', 'LPUSH @:plan:wait job_1'),
  order(
    '`stop`, `approve`, `promote`, `override`: write a deployment',
    'HSET @:deployment:dep_0000000001 x y',
  ),
  order('`freeze`', 'HSET @:freezes x y'),
  order('`release_automation`', 'LPUSH @:freezes:log x'),
  order('`write_board`: change a queue', 'HSET @:plan:meta x y'),
  order('`see`: read deployments', 'HGETALL @:deployment:dep_0000000001'),
  order('`see`: follow events', 'XREVRANGE @:events + -'),
  order('`see`: read queues', 'LRANGE @:plan:wait 0 -1'),
  order('carry deployments out', 'SET @:leader x'),
  order('read flags', 'HGETALL @:flags:production'),
  order('set flags', 'HSET @:flags:production x y'),
  order('sign people in, end sessions', 'HSET @:sessions x y'),
  order('audit', 'SCAN 0'),
  order('repair', 'LPUSH @:repairs:log x'),
];

/** Whether the generated user of a role may, by the one table of grants. */
export function redisCell(role: AclRole, { command }: RedisOrder): 'yes' | 'no' {
  const namespace = 'signalbox';
  const [name = '', key] = command.replace('@', `{${namespace}:0}`).toLowerCase().split(' ');
  const { plain, grants } = grantsOf(role, namespace);
  const granted = grants.some(
    ({ commands, keys }) =>
      commands.includes(name) && key !== undefined && keys.some((each) => matches(each, key)),
  );
  return granted || plain.includes(name) ? 'yes' : 'no';
}

/** Redis' patterns as far as ours go: `*`, and digits in brackets. */
const matches = (pattern: string, key: string): boolean =>
  new RegExp(
    `^${pattern.replaceAll(/[.{}+?^$|()\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`,
    's',
  ).test(key);

export const redisRows = (): readonly (readonly string[])[] =>
  REDIS_ORDERS.map((each) => [
    ...[each.what, `\`${each.command.replace('@:', '')}\``],
    ...ACL_ROLES.map((role) => redisCell(role, each)),
  ]);
