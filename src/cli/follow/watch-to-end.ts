import type { DeploymentId } from '../../domain/model/ids.js';
import { type Deployment, stepsOf } from '../../domain/model/deployment/deployment.js';
import type { CliSession } from '../session/cli-ports.js';
import { type CliRun, UsageError } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOf, exitCodeOfSignal } from '../session/exit-code.js';
import { followDeployment } from './follow-deployment.js';
import { type EventView, showView } from '../../contracts/views/deployment-view.js';
import { unlessAborted } from '../session/wake.js';
import { liveView } from './live-view.js';

export interface WatchRequest {
  readonly id: DeploymentId;
  readonly json: boolean;
  /** Events up to this number are not told again. */
  readonly after?: number;
  /** Epoch milliseconds; null waits for ever. */
  readonly deadline: number | null;
  /** What the end means to the command that waits for it. */
  readonly exitCode?: (deployment: Deployment) => ExitCode;
}

/** Shows a deployment until its end, and says with which code to leave. */
export async function watchToEnd(
  run: CliRun,
  session: CliSession,
  { id, json, after = 0, deadline, exitCode = byState }: WatchRequest,
): Promise<ExitCode> {
  const view = liveView(run.out, json, run.ports.now);
  const told: EventView[] = [];
  const followed = followDeployment(run.ports, session, {
    id,
    after,
    deadline,
    onChange: (seen, events) => {
      told.push(...events);
      view.update(seen, events);
    },
  });
  const { kind, deployment } = await followed.catch((error: unknown) => {
    if (!(error instanceof UsageError))
      run.out.note(`its end is not known: ${id} goes on by itself`);
    throw error;
  });
  view.end(deployment);
  if (json) {
    const all = await eventsOf(run, session, id);
    const shown = showView(deployment, all ?? []);
    run.out.json(all === null ? { ...shown, events: told } : shown);
  }
  if (kind === 'ended') return exitCode(deployment);
  const why = kind === 'timed_out' ? 'the time is up' : 'interrupted';
  run.out.note(`${why}: ${id} is ${standing(deployment)}`);
  return kind === 'timed_out' ? EXIT.timedOut : exitCodeOfSignal(run.ports.interrupted);
}

/** Whoever is told to stop waits for Redis no longer than this. */
const STOPPING_MS = 300;

/** `null` where Redis is away and a signal said to stop: what was told before must do then. */
async function eventsOf({ ports }: CliRun, session: CliSession, id: DeploymentId) {
  const asked = unlessAborted(session.index.events(id), ports.interrupted, STOPPING_MS);
  return ports.interrupted.aborted ? asked.catch(() => null) : asked;
}

/** What it is, and what makes it go on. */
function standing(deployment: Deployment): string {
  const { id, state } = deployment;
  if (state.status === 'draft') return `draft and waits to be approved: signalbox approve ${id}`;
  if (state.status === 'paused') return `paused and waits to be resumed: signalbox resume ${id}`;
  return isAtGate(deployment)
    ? `executing and waits at a gate: signalbox promote ${id}`
    : `${state.status} and goes on by itself`;
}

const isAtGate = (deployment: Deployment): boolean =>
  deployment.state.status === 'executing' &&
  stepsOf(deployment)[deployment.state.step]?.kind === 'gate';

const byState = ({ state }: Deployment): ExitCode => exitCodeOf(state.status);
