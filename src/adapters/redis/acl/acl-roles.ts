import type { AclRole } from '../../../contracts/values/acl-role.js';
import type { Grant } from './grant.js';
import { looking, publishing, readingQueues, working } from './queue-grants.js';
import {
  announcing,
  following,
  freezing,
  handing,
  leading,
  reading,
  readingFlags,
  repairing,
  settingFlags,
  signingIn,
  statePatterns,
  type StatePatterns,
  trimming,
  vouching,
  writing,
} from './state-grants.js';

export interface RoleGrants {
  /** Commands that touch no key. */
  readonly plain: readonly string[];
  readonly grants: readonly Grant[];
}

/** What a client says on every connection, to a server or a node of a cluster. */
const CONNECTING = [
  ...['ping', 'info', 'select', 'client|setname', 'time'],
  ...['cluster|slots', 'cluster|info', 'asking', 'readwrite'],
];
/** With `wait` a write is only done once replicas have it. */
const WRITING = [...CONNECTING, 'wait'];

/** Jobs owed carry the id of their deployment. */
const ANY_JOB = ['job_*', '[0-9]*', 'dep_*'];

type Grants = (prefix: string, state: StatePatterns) => RoleGrants;

const GRANTS: Readonly<Record<AclRole, Grants>> = {
  publisher: (prefix) => ({ plain: CONNECTING, grants: publishing(prefix) }),
  worker: (prefix, state) => ({
    plain: WRITING,
    grants: [
      ...working(prefix),
      ...reading(state),
      ...following(state),
      ...writing(state),
      ...leading(state),
      ...announcing(state),
      ...handing(state),
      ...trimming(state),
      ...vouching(state),
      ...readingFlags(state),
      ...settingFlags(state),
    ],
  }),
  subscriber: (_, state) => ({
    plain: CONNECTING,
    grants: [...following(state), ...reading(state)],
  }),
  flags: (_, state) => ({ plain: CONNECTING, grants: readingFlags(state) }),
  board: (prefix, state) => ({
    // A job's log is read in one transaction.
    plain: [...CONNECTING, 'multi', 'exec'],
    grants: [...looking(prefix), ...reading(state), ...following(state), ...signingIn(state)],
  }),
  auditor: (prefix, state) => ({
    // What must agree is read in one transaction; limits in use are found by looking through all names.
    plain: [...CONNECTING, 'multi', 'exec', 'scan'],
    grants: [...readingQueues(prefix), ...reading(state), ...following(state)],
  }),
  admin: (prefix, state) => ({
    // A repair begins with an audit.
    plain: [...WRITING, 'multi', 'exec', 'scan'],
    grants: [
      ...publishing(prefix, ANY_JOB),
      ...readingQueues(prefix),
      ...reading(state),
      ...following(state),
      ...writing(state),
      ...freezing(state),
      ...repairing(state),
      ...signingIn(state),
      ...readingFlags(state),
    ],
  }),
};

/** The one table of who may do what in Redis. */
export function grantsOf(role: AclRole, namespace: string): RoleGrants {
  const state = statePatterns(namespace);
  return GRANTS[role](state.keys.prefix, state);
}
