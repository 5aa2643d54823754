/**
 * Commands allowed on keys: one selector of a Redis ACL user. A script may be run
 * where one selector covers all keys it is given; each of its calls is then
 * checked against all selectors of whoever runs it, so what a script may do is
 * what its caller may do.
 */
export interface Grant {
  readonly access: 'read' | 'write' | 'both';
  /** As Redis' patterns; none for commands that name no key. */
  readonly keys: readonly string[];
  readonly commands: readonly string[];
}

export const read = (keys: readonly string[], ...commands: readonly string[]): Grant => ({
  access: 'read',
  keys,
  commands,
});

/** For calls that answer nothing of what was there. */
export const write = (keys: readonly string[], ...commands: readonly string[]): Grant => ({
  access: 'write',
  keys,
  commands,
});

export const change = (keys: readonly string[], ...commands: readonly string[]): Grant => ({
  access: 'both',
  keys,
  commands,
});

/** Redis wants full access to the keys that a script is given, also of one that only reads. */
export const scripts = (keys: readonly string[]): Grant => change(keys, 'eval', 'evalsha');

const MARK = { read: '%R~', write: '%W~', both: '~' } as const;

/** `(%R~key +command)` */
export function selector({ access, keys, commands }: Grant): string {
  const patterns = keys.map((key) => `${MARK[access]}${key}`);
  return `(${[...patterns, ...commands.map((command) => `+${command}`)].join(' ')})`;
}
