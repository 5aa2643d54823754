import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { freePort } from './free-port.js';
import { ACL_ROLES, type AclRole } from '../../src/contracts/values/acl-role.js';
import { aclLine, aclUser, aclUserName } from '../../src/adapters/redis/acl/acl-users.js';
import {
  type Connection,
  patientConnection,
} from '../../src/adapters/redis/connection/connection.js';
import { createRedisNode } from './redis-node.js';

export interface RedisWithUsers {
  readonly port: number;
  /** Of a user who may do everything. */
  readonly root: Connection;
  /** Connects as the user of a role. */
  urlOf(role: AclRole): string;
  /** What users were refused since this was asked last: `user command reason object`. */
  refusals(): Promise<readonly string[]>;
}

const passwordOf = (who: string): string => `pw-of-${who}`;

/** A Redis that reads the generated users from its `aclfile`, the default user being off; it ends with the test. */
export async function startRedisWithUsers(namespace: string): Promise<RedisWithUsers> {
  const port = await freePort();
  const lines = [
    'user default off',
    `user root on >${passwordOf('root')} ~* &* +@all`,
    ...ACL_ROLES.map((role) => aclLine(aclUser(role, namespace, passwordOf(role)))),
  ];
  const node = await createRedisNode({
    port,
    settings: {
      ...{ aclfile: 'users.acl', 'acllog-max-len': '1000' },
      // So that nothing but the users' rights refuses these.
      ...{ 'enable-debug-command': 'yes', 'enable-module-command': 'yes' },
    },
    prepare: (dir) => writeFile(join(dir, 'users.acl'), `${lines.join('\n')}\n`),
  });
  onTestFinished(() => node.dispose());
  await node.start();
  const urlFor = (user: string, who: string): string =>
    `redis://${user}:${passwordOf(who)}@127.0.0.1:${port}`;
  const root = patientConnection(urlFor('root', 'root'));
  onTestFinished(() => root.close());
  return {
    port,
    root,
    urlOf: (role) => urlFor(aclUserName(role, namespace), role),
    refusals: () => refusals(root),
  };
}

async function refusals({ client }: Connection): Promise<readonly string[]> {
  const entries = (await client.call('ACL', 'LOG')) as unknown[];
  await client.call('ACL', 'LOG', 'RESET');
  return entries.map((entry) => {
    const fields = new Map<string, string>();
    const flat = Array.isArray(entry) ? entry : Object.entries(entry as object).flat();
    for (let at = 0; at < flat.length; at += 2) fields.set(String(flat[at]), String(flat[at + 1]));
    const words = ['username', 'context', 'reason', 'object'];
    return words.map((word) => fields.get(word)).join(' ');
  });
}
