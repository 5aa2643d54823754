import { expect, onTestFinished, test } from 'vitest';
import { REDIS_ORDERS, redisCell } from '../../scripts/redis-users-table.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { ACL_ROLES } from '../../src/contracts/values/acl-role.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = 'users-table';

test('the table of Redis users holds, cell by cell, in a real Redis', async () => {
  const redis = await startRedisWithUsers(NAMESPACE);
  for (const role of ACL_ROLES) {
    const connection = patientConnection(redis.urlOf(role));
    onTestFinished(() => connection.close());
    const cells: string[] = [];
    for (const { what, command } of REDIS_ORDERS) {
      const [name = '', ...args] = command.replace('@', `{${NAMESPACE}:0}`).split(' ');
      const answer = await connection.client.call(name, ...args).then(
        () => 'yes',
        (error: Error) => (error.message.startsWith('NOPERM') ? 'no' : error.message),
      );
      cells.push(`${what}: ${answer}`);
    }
    expect([role, ...cells]).toEqual([
      role,
      ...REDIS_ORDERS.map((each) => `${each.what}: ${redisCell(role, each)}`),
    ]);
  }
});
