import { createHash } from 'node:crypto';
import type { AclRole } from '../../../contracts/values/acl-role.js';
import { grantsOf } from './acl-roles.js';
import { selector } from './grant.js';

/** A Redis user of one role, as `ACL SETUSER` and a line of an ACL file take it. */
export interface AclUser {
  readonly role: AclRole;
  readonly name: string;
  /** In their order; the password is there as its SHA-256 only. */
  readonly rules: readonly string[];
}

export function aclUser(role: AclRole, namespace: string, password: string): AclUser {
  const { plain, grants } = grantsOf(role, namespace);
  const hash = createHash('sha256').update(password).digest('hex');
  return {
    role,
    name: aclUserName(role, namespace),
    rules: [
      ...['on', `#${hash}`, 'resetkeys', 'resetchannels', '-@all'],
      ...plain.map((command) => `+${command}`),
      ...grants.map(selector),
    ],
  };
}

export const aclUserName = (role: AclRole, namespace: string): string => `${namespace}-${role}`;

/** `user <name> <rules>`: one line of the file that Redis' `aclfile` names. */
export const aclLine = ({ name, rules }: AclUser): string => ['user', name, ...rules].join(' ');
