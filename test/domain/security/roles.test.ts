import { describe, expect, test } from 'vitest';
import { HOLDERS, may, type Right, type Role, ROLES } from '../../../src/domain/security/roles.js';

/** Written out a second time, by role: whoever changes the one must mean it. */
const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  viewer: ['see'],
  deployer: ['see', 'deploy', 'roll_back', 'stop'],
  approver: ['see', 'stop', 'approve', 'promote', 'override'],
  admin: [
    ...(['see', 'deploy', 'roll_back', 'stop', 'approve', 'promote', 'override'] as const),
    ...(['freeze', 'release_automation', 'write_board'] as const),
  ],
};
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record
const ALL = Object.keys(HOLDERS) as Right[];

describe('roles', () => {
  test.each(ROLES)('%s has its rights and no others', (role) => {
    expect(ALL.filter((right) => may({ roles: [role] }, right)).toSorted()).toEqual(
      [...RIGHTS[role]].toSorted(),
    );
  });

  test('several roles are the rights of all of them, and none is none', () => {
    expect(may({ roles: ['deployer', 'approver'] }, 'deploy')).toBe(true);
    expect(may({ roles: ['deployer', 'approver'] }, 'approve')).toBe(true);
    expect(may({ roles: ['deployer', 'approver'] }, 'freeze')).toBe(false);
    expect(ALL.some((right) => may({ roles: [] }, right))).toBe(false);
  });

  test('nobody but an admin both asks for a deployment and approves it', () => {
    const both = ROLES.filter((role) => {
      const who = { roles: [role] };
      return may(who, 'deploy') && may(who, 'approve');
    });
    expect(both).toEqual(['admin']);
  });
});
