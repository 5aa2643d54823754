/** Words of a command line that a shell reads as a script: a value filled into one could be a command. */
const LOCAL_SHELLS = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'mksh',
  'fish',
  'busybox',
]);
/** They join everything behind the host with spaces, and have a shell there read it. */
const REMOTE_SHELLS = new Set(['ssh', 'autossh', 'rsh', 'pdsh', 'pssh', 'mosh']);

/** What a shell reads as more than itself. Blanks are not among them: they part words, and run nothing. */
const SHELL_SYNTAX = /[|&;<>()$`\\"'*?[\]{}!#^\n]/;

/** The character of a filled value that a shell would read as its own; `null` where there is none. */
export const shellSyntaxIn = (value: string): string | null =>
  SHELL_SYNTAX.exec(value)?.[0] ?? null;

/**
 * Which elements of a command line a shell reads as a script, wherever the shell
 * stands: `sudo bash -lc <script>`, `docker exec web sh -c <script>`, `ssh host <words>`.
 * What follows the script of a local shell is its `$0`, `$1` and so on, and safe.
 */
export function readByShell(argv: readonly string[]): ReadonlySet<number> {
  const read = new Set<number>();
  for (const [at, element] of argv.entries()) {
    const name = element.slice(element.lastIndexOf('/') + 1);
    if (REMOTE_SHELLS.has(name)) for (let i = at + 1; i < argv.length; i++) read.add(i);
    if (LOCAL_SHELLS.has(name)) {
      const script = scriptBehind(argv, at);
      if (script !== null) read.add(script);
    }
  }
  return read;
}

function scriptBehind(argv: readonly string[], shell: number): number | null {
  for (let at = shell + 1; at < argv.length; at++) {
    const element = argv[at] ?? '';
    if (/^-[A-Za-z]*c/.test(element) || element === '--command') return at + 1;
    // `busybox sh -c`: the applet's name comes between.
    if (!element.startsWith('-') && !LOCAL_SHELLS.has(element)) return null;
  }
  return null;
}
