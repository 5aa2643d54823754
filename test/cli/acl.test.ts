import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ACL_ROLES } from '../../src/contracts/values/acl-role.js';
import { CliWorld } from './cli-world.js';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('signalbox acl', () => {
  test('prints one line for each role, and what a reader must know beside the file', async () => {
    const { code, out, err } = await new CliWorld().run(['acl']);

    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual(
      ACL_ROLES.map((role) => `user signalbox-${role} on`),
    );
    for (const line of lines) expect(line).toContain(' resetkeys resetchannels -@all ');
    expect(err).toContain('user default off');
    const [, password = ''] = /password of signalbox-worker: (\S+)/.exec(err) ?? [];
    expect(password.length).toBeGreaterThanOrEqual(32);
    expect(lines[1]).toContain(`#${sha256(password)}`);
    expect(out).not.toContain(password);
  });

  test('takes a password from the environment, and then says none', async () => {
    const world = new CliWorld();
    world.env['SIGNALBOX_ACL_PASSWORD_BOARD'] = 'hunter2';

    const { out, err } = await world.run(['acl', '--role', 'board', '--namespace', 'ours']);

    expect(out).toContain(`user ours-board on #${sha256('hunter2')} `);
    expect(out).toContain('%R~{ours:0}:plan:*');
    expect(err).toBe('');
  });

  test.each([['--json'], ['--format', 'json']])(
    '%s prints what ACL SETUSER takes',
    async (...flags) => {
      const { out } = await new CliWorld().run(['acl', '--role', 'flags', ...flags]);

      const [user, ...others] = JSON.parse(out);
      expect(others).toEqual([]);
      expect(user).toMatchObject({ role: 'flags', name: 'signalbox-flags' });
      expect(user.rules.slice(0, 5)).toEqual([
        ...['on', `#${sha256(user.password)}`, 'resetkeys', 'resetchannels', '-@all'],
      ]);
      expect(user.rules).toContain('(%R~{signalbox:0}:flags:* +hget +hgetall)');
    },
  );

  test('refuses roles and namespaces that are none', async () => {
    const world = new CliWorld();

    expect((await world.run(['acl', '--role', 'king'])).code).toBe(2);
    expect((await world.run(['acl', '--namespace', 'a b'])).code).toBe(2);
  });
});
