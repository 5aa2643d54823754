import type { DeploymentId } from '../../domain/model/ids.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { EXIT, type ExitCode, exitCodeOf } from '../session/exit-code.js';
import { followDeployment } from './follow-deployment.js';
import { liveView } from './live-view.js';
import { showView } from '../../contracts/views/deployment-view.js';

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
  const { kind, deployment } = await followDeployment(run.ports, session, {
    id,
    after,
    deadline,
    onChange: (seen, events) => view.update(seen, events),
  });
  view.end(deployment);
  if (json) run.out.json(showView(deployment, await session.index.events(id)));
  if (kind === 'ended') return exitCode(deployment);
  const why = kind === 'timed_out' ? 'the time is up' : 'interrupted';
  run.out.note(`${why}: ${id} is ${deployment.state.status} and goes on by itself`);
  return kind === 'timed_out' ? EXIT.timedOut : EXIT.interrupted;
}

const byState = ({ state }: Deployment): ExitCode => exitCodeOf(state.status);
