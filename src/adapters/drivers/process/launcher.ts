type Argv = readonly [string, ...string[]];

/**
 * Writes its own identity to a file and then becomes the command, so that a
 * worker killed right after the spawn leaves a trace of what it started. Values
 * arrive as arguments and are never part of the script.
 */
const RECORD = `
{ if IFS= read -r stat < "/proc/$$/stat"; then IFS= read -r boot < /proc/sys/kernel/random/boot_id
  else boot=; stat=$(ps -o lstart= -p "$$"); fi; } 2>/dev/null
printf '%s\\n%s\\n%s\\n' "$$" "$boot" "$stat" > "$0" || exit 126`;

/** The record that allows the start may have been taken away by whoever settled it: then nothing starts. */
const PERMIT = `
permit=$1; grace=$2; shift 2
[ -e "$permit" ] || exit 125`;

/**
 * A guard in the command's own group waits at the worker's end of the leash. If
 * the worker dies it ends the group, itself included, and before that what else
 * is in the call's control group, in which it is not.
 */
const GUARD = `
cgroup=$1; shift
( IFS= read -r word <&3 || { trap '' TERM; kill -s TERM -- "-$$"; sleep "$grace"
  [ -z "$cgroup" ] || echo 1 > "$cgroup/cgroup.kill"; kill -s KILL -- "-$$"; } ) </dev/null >/dev/null 2>&1 &
[ -z "$cgroup" ] || { echo "$$" > "$cgroup/cgroup.procs"; } 2>/dev/null`;

export interface Start {
  readonly pidFile: string;
  /** The file without which it does not start. */
  readonly permit: string;
}

/** A process that outlives the worker. */
export const launched = (argv: Argv, { pidFile, permit }: Start): Argv => [
  '/bin/sh',
  '-c',
  `${RECORD}${PERMIT}\nexec "$@"`,
  pidFile,
  permit,
  '',
  ...argv,
];

export interface Leash extends Start {
  readonly killGraceMs: number;
  /** The control group that it goes into, where there is one. */
  readonly cgroup: string | null;
}

/** Both outputs go one way, so that their lines stay in the order in which they were written. */
const LEASHED = `${RECORD}${PERMIT}${GUARD}\nexec "$@" 2>&1 3<&-`;

/** Whether this is the command line of a guard, and not of something that the command has started. */
export const isGuard = (argv: readonly string[]): boolean =>
  argv.some((argument) => argument.includes(LEASHED));

/** A command that dies with the worker; to be run with a leash on file descriptor 3. */
export const leashed = (argv: Argv, { pidFile, permit, killGraceMs, cgroup }: Leash): Argv => [
  '/bin/sh',
  '-c',
  LEASHED,
  pidFile,
  permit,
  String(killGraceMs / 1000),
  cgroup ?? '',
  ...argv,
];
