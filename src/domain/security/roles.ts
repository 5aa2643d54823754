/** What a person or a program may be, wherever Signalbox is reached: API, pages, Bull Board. */
export const ROLES = ['viewer', 'deployer', 'approver', 'admin'] as const;

export type Role = (typeof ROLES)[number];

export type Right =
  | 'see'
  | 'deploy'
  | 'roll_back'
  | 'stop'
  | 'approve'
  | 'promote'
  | 'override'
  | 'freeze'
  | 'release_automation'
  | 'write_board';

/** What each right covers, in the words of orders. */
export const COVERS: Readonly<Record<Right, string>> = {
  see: 'pages, events, the board as it is',
  deploy: 'publish, plan, execute, verify, resume, retry',
  roll_back: 'ask for the previous version',
  stop: 'pause, cancel, abort: nothing new comes of it',
  approve: 'approve',
  promote: 'pass a gate, wait or analysis; let a promotion go on',
  override: 'pass windows and freezes',
  freeze: 'freeze, unfreeze',
  release_automation: 'let automation deploy again after an automatic rollback',
  write_board: 'change queues and jobs in Bull Board, retry jobs included',
};

/**
 * Who asks and who lets it happen are two roles, so that no one of the two is
 * enough where a policy wants both; an admin has both.
 */
export const HOLDERS = {
  see: ['viewer', 'deployer', 'approver', 'admin'],
  deploy: ['deployer', 'admin'],
  roll_back: ['deployer', 'admin'],
  stop: ['deployer', 'approver', 'admin'],
  approve: ['approver', 'admin'],
  promote: ['approver', 'admin'],
  override: ['approver', 'admin'],
  freeze: ['admin'],
  release_automation: ['admin'],
  write_board: ['admin'],
} as const satisfies Record<Right, readonly Role[]>;

/** Who somebody is, once that has been proven. Events name them by `name`. */
export interface Identity {
  readonly name: string;
  readonly roles: readonly Role[];
}

export function may({ roles }: Pick<Identity, 'roles'>, right: Right): boolean {
  const holders: readonly Role[] = HOLDERS[right];
  return roles.some((role) => holders.includes(role));
}
