import { randomBytes } from 'node:crypto';
import { aclLine, aclUser } from '../../adapters/redis/acl/acl-users.js';
import type { RedisUser } from '../../cli/session/cli-ports.js';
import type { AclRole } from '../../contracts/values/acl-role.js';

/** Their passwords come from `SIGNALBOX_ACL_PASSWORD_<ROLE>`; where that is not set, one is made up. */
export function redisUsers(
  roles: readonly AclRole[],
  namespace: string,
  env: Readonly<Record<string, string | undefined>>,
): readonly RedisUser[] {
  return roles.map((role) => {
    const given = env[`SIGNALBOX_ACL_PASSWORD_${role.toUpperCase()}`];
    const password = given || randomBytes(24).toString('base64url');
    const user = aclUser(role, namespace, password);
    const { name, rules } = user;
    return { role, name, rules, line: aclLine(user), madeUp: given ? null : password };
  });
}
