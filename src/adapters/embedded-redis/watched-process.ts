import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a command beside a reader of file descriptor 3, whose other end only our process holds: when
 * we die, even by SIGKILL, the reader sees the end of it and ends the command. The shell that
 * waited for the command removes the temporary folder, so that no death leaves one behind.
 */
const WATCHDOG = `
signal=$1; folder=$2; shift 2
"$@" >&2 3<&- &
child=$!
(read -r _ <&3; kill -s "$signal" "$child") >/dev/null 2>&1 &
reader=$!
exec 3<&-
echo "$child"
wait "$child"; status=$?
kill "$reader" 2>/dev/null
if [ -n "$folder" ]; then rm -rf -- "$folder"; fi
exit "$status"
`;

export interface WatchedProcess {
  /** The command's own pid, not the watchdog's. */
  readonly pid: number;
  readonly ended: AbortSignal;
  /** The last of what the command printed. */
  lastWords(): string;
  stop(patienceMs: number): Promise<void>;
}

export interface WatchedCommand {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Sent to the command when this process dies. */
  readonly deathSignal: 'KILL' | 'TERM';
  readonly removeFolder: string | null;
}

const KEPT_OUTPUT = 8_192;

function endSignal(child: ChildProcess): AbortSignal {
  const controller = new AbortController();
  child.once('error', () => controller.abort());
  // Not "exit": the output must have arrived too, or a failed start has no reason.
  child.once('close', () => controller.abort());
  return controller.signal;
}

function keepOutput(child: ChildProcess): () => string {
  let kept = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    kept = (kept + text).slice(-KEPT_OUTPUT);
  });
  return () => kept.trim();
}

/** Pipes and child must not keep our event loop alive: a forgotten Redis should not hang its program. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const pipe of child.stdio) {
    if (pipe !== null && 'unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) return '';
  child.stdout.setEncoding('utf8');
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += String(chunk);
    if (text.includes('\n')) break;
  }
  return text.trim();
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, which is what was asked for.
  }
}

export async function startWatched(command: WatchedCommand): Promise<WatchedProcess> {
  const words = [command.deathSignal, command.removeFolder ?? '', command.file];
  const child = spawn('/bin/sh', ['-c', WATCHDOG, 'watchdog', ...words, ...command.arguments], {
    env: command.environment,
    // Its own session: Ctrl-C in a terminal must not take Redis away before those who write to it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const ended = endSignal(child);
  const lastWords = keepOutput(child);
  const pid = Number(await firstLine(child));
  if (!Number.isInteger(pid) || pid <= 0) {
    throw new Error(`${command.file} could not be started: ${lastWords() || 'no reason given'}`);
  }
  letGo(child);
  return {
    pid,
    ended,
    lastWords,
    stop: async (patienceMs) => {
      if (ended.aborted) return;
      child.ref();
      const over = once(ended, 'abort');
      send(pid, 'SIGCONT');
      send(pid, 'SIGTERM');
      const escalation = setTimeout(() => send(pid, 'SIGKILL'), patienceMs);
      await over;
      clearTimeout(escalation);
    },
  };
}
