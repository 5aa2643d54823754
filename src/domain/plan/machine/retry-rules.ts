import { ok } from '../../model/result.js';
import { type Decision, type DeploymentIn, refusal, type To } from './decision.js';
import { type Deployment, progressOf, stepsOf } from '../../model/deployment/deployment.js';
import { stopped } from './failure.js';

/** Stops for good and leaves everything as it is. */
export const halt = (deployment: Deployment, { reason }: To<'halt'>): Decision =>
  ok([stopped(deployment, reason)]);

/** Goes on where it stopped, and calls again what had failed. */
export function retry(deployment: DeploymentIn<'failed'>, { by, reason }: To<'retry'>): Decision {
  const { stoppedAt } = deployment.state;
  if (stoppedAt === undefined) {
    return refusal(
      `cannot retry ${deployment.id}: its targets were not left where its execution stopped; plan the version again, or roll back`,
    );
  }
  const failed = (id: Parameters<typeof progressOf>[1]): boolean =>
    progressOf(deployment, id).state === 'failed';
  const first = stepsOf(deployment).findIndex(
    (step) => step.kind === 'deploy' && step.targets.some(failed),
  );
  const step = first === -1 ? stoppedAt : Math.min(first, stoppedAt);
  return ok([{ type: 'deployment.retried', by, step, ...(reason !== undefined && { reason }) }]);
}
