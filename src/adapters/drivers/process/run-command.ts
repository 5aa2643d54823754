import { type Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { interruption } from './interruption.js';
import { OutputTail, printable } from './output-tail.js';
import {
  CALL_MARK,
  type CallMark,
  endMarked,
  type LeftProcess,
  leftRunning,
} from './call-processes.js';
import { keepReading } from './keep-reading.js';
import { identify } from './process-identity.js';
import { terminate } from './terminate.js';

export interface CommandRun {
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string | undefined;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Between SIGTERM and SIGKILL to the command's process group. */
  readonly killGraceMs: number;
  /** Bytes of the end of the output. */
  readonly keepOutput: number;
  readonly signal?: AbortSignal | undefined;
  /** Gives the command, on file descriptor 3, a pipe that closes when this process dies. */
  readonly leash?: boolean | undefined;
  /** By what all that the command starts is found, so that nothing of it is left when it is cut short. */
  readonly call?: CallMark | undefined;
  /** Whether what runs on after exit code 0 is looked for. */
  readonly namesLeft?: boolean | undefined;
  /** Both outputs, all of them, as they come. */
  readonly onOutput?: ((chunk: Buffer) => void) | undefined;
  /** Called as soon as it runs; its pid is the id of its process group. */
  readonly onSpawn?: ((pid: number) => void) | undefined;
}

export type CommandEnding =
  | { readonly kind: 'exited'; readonly exitCode: number }
  /** Ended by a signal that somebody else sent. */
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'timed_out' }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'not_started'; readonly reason: string };

export interface CommandOutcome {
  readonly ending: CommandEnding;
  /** The end of both outputs, as they came. */
  readonly output: string;
  readonly stdout: string;
  readonly durationMs: number;
  /** What runs on: after exit code 0, where that is looked for; after any other end what could not be ended. */
  readonly left: readonly LeftProcess[];
  /** What had left the process group of a command that failed, or was cut short, and was ended. */
  readonly ended: readonly LeftProcess[];
  /** Whether something that runs on can still write to its output. */
  readonly outputHeld: boolean;
}

type Child = ReturnType<typeof start>;

/** How long what is about to end may take to end; a background process holds the output open for ever. */
const DRAIN_MS = 250;
/** Beyond this a flood is read with pauses, so that it costs the worker no whole core. */
const FLOOD_BYTES = 8 * 1024 * 1024;
const PAUSE_EVERY_BYTES = 1024 * 1024;
const PAUSE_MS = 5;

/**
 * Runs a command in a process group of its own and ends the whole group on
 * abort, timeout and failure, and what it started that left the group. What it leaves in the background after exit 0 lives
 * on: it is named, and what it writes from then on is read and thrown away by a
 * process of its own. Does not throw for anything that a command does.
 */
export async function runCommand(run: CommandRun): Promise<CommandOutcome> {
  const startedAt = performance.now();
  const output = new OutputTail(run.keepOutput);
  const stdout = new OutputTail(run.keepOutput);
  const outcome = (ending: CommandEnding, after: Partial<CommandOutcome> = {}): CommandOutcome => ({
    left: [],
    ended: [],
    outputHeld: false,
    ...after,
    ending,
    output: output.text(),
    stdout: stdout.text(),
    durationMs: Math.round(performance.now() - startedAt),
  });
  if (run.signal?.aborted === true) return outcome({ kind: 'aborted' });

  const { call } = run;
  const child = start(run);
  if (child.pid === undefined) {
    const { originalMessage = 'unknown reason' } = await child;
    return outcome({ kind: 'not_started', reason: printable(originalMessage) });
  }
  const group = identify(child.pid);
  collect(child.stdout, [output, stdout], run.onOutput);
  collect(child.stderr, [output], run.onOutput);
  // The guard may have ended before it is told to: nothing is lost by that.
  leashOf(child)?.on('error', () => {});
  run.onSpawn?.(child.pid);

  const exit = exitOf(child);
  const ending = await firstOf(exit, run);
  const succeeded = ending.kind === 'exited' && ending.exitCode === 0;
  if (!succeeded && group !== null) await terminate(group, run.killGraceMs);
  const escaped = succeeded || !call ? null : await endMarked(call, run.killGraceMs);
  const until = performance.now() + DRAIN_MS;
  await Promise.race([Promise.all([exit, drained(child)]), sleep(DRAIN_MS)]);
  const looked = succeeded && call && run.namesLeft === true;
  const left = looked ? await leftRunning({ ...call, group, until }) : (escaped?.left ?? []);
  const ended = (escaped?.found ?? []).filter(({ pid }) => !left.some((each) => each.pid === pid));
  const outputHeld = letGo(child);
  // Last: if this process dies before, what was left is ended too, and the call is made again.
  if (succeeded) release(child);
  else leashOf(child)?.destroy();
  return outcome(ending, { left, ended, outputHeld });
}

/** @returns whether somebody else still writes there; who does so can go on. */
function letGo(child: Child): boolean {
  const held = [child.stdout, child.stderr].filter(
    (stream) => stream !== null && !stream.readableEnded && !stream.destroyed,
  );
  for (const stream of held) keepReading(stream);
  return held.length > 0;
}

function start({ argv: [file, ...args], cwd, env, leash = false, call }: CommandRun) {
  return execa(file, args, {
    ...(cwd === undefined ? {} : { cwd }),
    env: call === undefined ? env : { ...env, [CALL_MARK]: call.mark },
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: false,
    stdio: leash ? ['ignore', 'pipe', 'pipe', 'pipe'] : ['ignore', 'pipe', 'pipe'],
  });
}

function collect(
  stream: Readable | null,
  tails: readonly OutputTail[],
  onOutput: CommandRun['onOutput'],
): void {
  let pauseAt = FLOOD_BYTES;
  stream?.on('data', (chunk: Buffer) => {
    onOutput?.(chunk);
    for (const tail of tails) tail.push(chunk);
    const seen = tails[0]?.seen ?? 0;
    if (seen < pauseAt) return;
    pauseAt = seen + PAUSE_EVERY_BYTES;
    stream.pause();
    setTimeout(() => stream.resume(), PAUSE_MS);
  });
  // A pipe that breaks says nothing that the exit does not say.
  stream?.on('error', () => {});
}

/** Of the command itself. execa's own promise also waits for every process that holds its output. */
const exitOf = (child: Child): Promise<CommandEnding> =>
  new Promise((resolve) => {
    child.once('exit', (exitCode, signal) => {
      resolve(
        exitCode === null
          ? { kind: 'signalled', signal: signal ?? 'an unknown signal' }
          : { kind: 'exited', exitCode },
      );
    });
  });

async function firstOf(exit: Promise<CommandEnding>, run: CommandRun): Promise<CommandEnding> {
  const { came, forget } = interruption(run.signal, run.timeoutMs);
  const ending = await Promise.race([exit, came]);
  forget();
  return typeof ending === 'string' ? { kind: ending } : ending;
}

async function drained(child: Child): Promise<void> {
  const streams = [child.stdout, child.stderr];
  await Promise.all(
    streams.map(async (stream) => {
      if (stream === null || stream.readableEnded || stream.destroyed) return;
      await new Promise((resolve) => stream.once('close', resolve).once('end', resolve));
    }),
  );
}

/** Tells the guard on the leash that the command has ended well and nothing is to be killed. */
const release = (child: Child): void => void leashOf(child)?.end('released\n');

function leashOf(child: Child): Writable | null {
  const stream: unknown = child.stdio[3];
  return stream instanceof Writable ? stream : null;
}
