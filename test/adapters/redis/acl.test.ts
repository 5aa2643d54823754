import { describe, expect, test } from 'vitest';
import { grantsOf } from '../../../src/adapters/redis/acl/acl-roles.js';
import { keysOf } from '../../../src/adapters/redis/connection/keys.js';
import { ACL_ROLES } from '../../../src/contracts/values/acl-role.js';
import { deploymentId, environmentName } from '../../../src/domain/model/ids.js';
import type { PromotionId } from '../../../src/domain/promotion/promotion.js';
import { releaseId } from '../../../src/domain/release/release-id.js';
import { API } from '../../support/fixtures.js';

const keys = keysOf('signalbox');

/** Every key there is, with names in the places of names. */
const EVERY_KEY = Object.entries({
  ...keys,
  deployment: keys.deployment(deploymentId('dep_0000000001')),
  callOutput: keys.callOutput(deploymentId('dep_0000000001'), 'call-1'),
  service: keys.service(API),
  release: keys.release(releaseId('rel_0000000001')),
  promotion: keys.promotion('prm_0000000001' as PromotionId),
  flags: keys.flags(environmentName('production')),
  inbox: keys.inbox('plan|production/api'),
  acceptance: keys.acceptance({ queue: 'plan', jobId: 'job_1', publishedAt: 1 }),
  nonce: keys.nonce('ci', 'once'),
}).flatMap(([name, value]) =>
  typeof value === 'string'
    ? [[name, value] as const]
    : Object.entries<string>({ ...value }).map(([part, key]) => [`${name}.${part}`, key] as const),
);

/** What no worker touches: what people repair by hand, and who is signed in. */
const PERSONS_ONLY: ReadonlySet<string> = new Set(['repairLog', 'sessions.all', 'sessions.ends']);

/** Redis' patterns as far as ours go: `*`, and digits in brackets. */
const matches = (pattern: string, key: string): boolean =>
  new RegExp(
    `^${pattern.replaceAll(/[.{}+?^$|()\\]/g, String.raw`\$&`).replaceAll('*', '.*')}$`,
    's',
  ).test(key);

const reached = (role: (typeof ACL_ROLES)[number], key: string): boolean =>
  grantsOf(role, 'signalbox').grants.some(
    ({ commands, keys: patterns }) =>
      !commands.includes('evalsha') && patterns.some((pattern) => matches(pattern, key)),
  );

describe('the table of roles', () => {
  test.each(EVERY_KEY.filter(([name]) => name !== 'prefix'))(
    'knows the key %s: a new one needs a decision about who may reach it',
    (name, key) => {
      const byPersons = PERSONS_ONLY.has(name);
      expect(reached('worker', key)).toBe(!byPersons);
      if (byPersons) expect(reached('admin', key)).toBe(true);
    },
  );

  test.each(ACL_ROLES)('keeps a %s inside its namespace', (role) => {
    for (const { keys: patterns } of grantsOf(role, 'signalbox').grants) {
      expect(patterns.length).toBeGreaterThan(0);
      for (const pattern of patterns) expect(pattern).toMatch(/^\{signalbox:0\}:./);
    }
  });

  test.each(ACL_ROLES)('names no category of commands for a %s', (role) => {
    const { plain, grants } = grantsOf(role, 'signalbox');
    const commands = [...plain, ...grants.flatMap((grant) => grant.commands)];
    expect(commands.filter((command) => !/^[a-z]+(\|[a-z]+)?$/.test(command))).toEqual([]);
  });
});
