import { releaseView } from '../../contracts/views/release-view.js';
import {
  hasEnded,
  type Member,
  type Release,
  type ReleaseStatus,
} from '../../domain/release/release.js';
import type { ReleaseId } from '../../domain/release/release-id.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOfSignal } from '../session/exit-code.js';
import { loadRelease, type ReleaseSession } from '../session/release-session.js';
import { memberLine, releaseLine } from '../render/release-text.js';
import { sleep } from '../session/wake.js';
import { Patience } from './patience.js';

const POLL_MS = 200;

export interface FollowRelease {
  readonly id: ReleaseId;
  readonly json: boolean;
  /** Epoch milliseconds; null waits for ever. */
  readonly deadline: number | null;
}

/** Tells what becomes of a release until its end, and says with which code to leave. */
export async function followRelease(
  run: CliRun,
  session: ReleaseSession,
  { id, json, deadline }: FollowRelease,
): Promise<ExitCode> {
  const { now, interrupted } = run.ports;
  const patience = new Patience(run.ports);
  let seen: readonly Member[] = [];
  let release = await loadRelease(session, id);
  for (;;) {
    release = (await patience.look(() => loadRelease(session, id))) ?? release;
    if (!json) tellChanges(run, release, seen);
    seen = release.members;
    if (hasEnded(release)) {
      if (json) run.out.json(releaseView(release));
      else run.out.line(...releaseLine(release));
      return exitCodeOfRelease(release.state.status);
    }
    const late = deadline !== null && now() >= deadline;
    if (late || interrupted.aborted) {
      if (json) run.out.json(releaseView(release));
      const why = late ? 'the time is up' : 'interrupted';
      run.out.note(`${why}: ${id} is ${release.state.status} and goes on by itself`);
      return late ? EXIT.timedOut : exitCodeOfSignal(interrupted);
    }
    await sleep(POLL_MS, interrupted);
  }
}

function tellChanges(run: CliRun, { members }: Release, seen: readonly Member[]): void {
  for (const [at, member] of members.entries()) {
    const before = seen[at];
    const news = before?.status !== member.status || before.reason !== member.reason;
    if (news && (before || member.status !== 'pending')) run.out.line(...memberLine(member));
  }
}

function exitCodeOfRelease(status: ReleaseStatus): ExitCode {
  if (status === 'completed') return EXIT.ok;
  return status === 'cancelled' ? EXIT.cancelled : EXIT.failed;
}
