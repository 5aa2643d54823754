import { chmod, readFile, rm } from 'node:fs/promises';
import type { NginxRouterSpec } from '../../../contracts/config/router.schema.js';
import type { RouterFailure } from '../../../domain/ports/traffic-router.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { basicVariables } from '../../drivers/process/driver-environment.js';
import { messageOf } from '../../drivers/process/driver-failure.js';
import { type CommandOutcome, runCommand } from '../../drivers/process/run-command.js';
import { writeAtomically } from '../../drivers/process/write-atomically.js';
import { nginxSentence } from './nginx-upstream.js';
import { type Generation, hasTakenOver, workersOf } from './nginx-workers.js';
import { aborted, failed } from '../base/router-failure.js';
import { waitUntil } from '../base/waiting.js';

type Answer<T> = Promise<Result<T, RouterFailure>>;

/** What of the specification a change of the file needs. */
export type PublishSpec = Pick<NginxRouterSpec, 'test' | 'reload' | 'timeout' | 'pidFile'>;

/** nginx's master reads it as root, an unprivileged one as whoever it is; it holds nothing secret. */
const MODE = 0o644;

/** The content of the file; `null` while there is none. */
export async function readUpstream(path: string): Answer<string | null> {
  try {
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ok(null);
    return failed('router/rejected', `${path} can't be read: ${messageOf(error)}`);
  }
}

/**
 * Puts the file in place, has nginx test and load it, and reads it back. What
 * nginx does not take is put back as it was.
 *
 * @returns the processes from before, whose end is the end of what they were sent; `null` where they can't be seen
 */
export async function publishUpstream(
  spec: PublishSpec,
  { path, content, before }: { path: string; content: string; before: string | null },
  signal: AbortSignal,
): Answer<Generation | null> {
  const written = await put(path, content);
  if (!written.ok) return written;
  const tested = await nginx(spec.test, spec.timeout, signal);
  const complaint = testFailure(tested, path);
  if (complaint) {
    const restored = await put(path, before);
    return restored.ok ? complaint : restored;
  }
  const old = await workersOf(spec.pidFile);
  const reloaded = await nginx(spec.reload, spec.timeout, signal);
  const refusal = reloadFailure(reloaded);
  if (refusal) {
    // Of a reload that was cut short nobody knows whether nginx had got it.
    const certain = reloaded.ending.kind === 'exited' || reloaded.ending.kind === 'not_started';
    const restored = certain ? await put(path, before) : ok(null);
    return restored.ok ? refusal : restored;
  }
  const taken = await takenOver(spec, old, signal);
  if (!taken.ok) return taken;
  const now = await readUpstream(path);
  if (!now.ok) return now;
  if (now.value === content) return ok(old);
  return failed('router/rejected', `somebody else has changed ${path} meanwhile`, true);
}

async function put(path: string, content: string | null): Answer<null> {
  try {
    if (content === null) await rm(path, { force: true });
    else {
      await writeAtomically(path, content);
      await chmod(path, MODE);
    }
    return ok(null);
  } catch (error) {
    return failed('router/rejected', `${path} can't be written: ${messageOf(error)}`);
  }
}

const nginx = (
  argv: readonly [string, ...string[]],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<CommandOutcome> =>
  runCommand({
    argv,
    env: basicVariables(process.env),
    timeoutMs,
    killGraceMs: 500,
    keepOutput: 8_192,
    signal,
  });

function testFailure(
  { ending, output }: CommandOutcome,
  path: string,
): Result<never, RouterFailure> | null {
  if (ending.kind !== 'exited') return cutShort('the test of the configuration', ending);
  if (ending.exitCode === 0) return null;
  const sentence = nginxSentence(output);
  // The test is of the whole configuration: another service's file may be the one that is wrong, for now.
  const ofAnother = / in \S+:\d+$/.test(sentence) && !sentence.includes(path);
  return failed('router/rejected', `nginx refuses the configuration: ${sentence}`, ofAnother);
}

function reloadFailure({ ending, output }: CommandOutcome): Result<never, RouterFailure> | null {
  if (ending.kind !== 'exited') return cutShort('the reload', ending);
  if (ending.exitCode === 0) return null;
  return failed('router/unreachable', `nginx did not reload: ${nginxSentence(output)}`);
}

function cutShort(
  what: string,
  ending: Exclude<CommandOutcome['ending'], { kind: 'exited' }>,
): Result<never, RouterFailure> {
  switch (ending.kind) {
    case 'aborted':
      return aborted();
    case 'timed_out':
      return failed('router/timeout', `${what} took too long`);
    case 'signalled':
      return failed('router/unreachable', `${what} was ended by ${ending.signal}`);
    case 'not_started':
      return failed('router/rejected', `${what} did not start: ${ending.reason}`);
  }
}

/** A reload is only a signal to the master: that it was sent says nothing of whether it was taken. */
async function takenOver(
  { pidFile, timeout }: PublishSpec,
  old: Generation | null,
  signal: AbortSignal,
): Answer<null> {
  if (old === null) return ok(null);
  const came = await waitUntil(
    async () => {
      const now = await workersOf(pidFile);
      return ok(now !== null && (await hasTakenOver(now, old)));
    },
    timeout,
    signal,
  );
  if (!came.ok) return came;
  if (came.value) return ok(null);
  return failed(
    'router/timeout',
    `no new workers of nginx have taken over ${timeout} ms after its reload`,
  );
}
