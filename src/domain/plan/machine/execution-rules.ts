import { ok } from '../../model/result.js';
import { type Decision, type To } from './decision.js';
import { type Deployment } from '../../model/deployment/deployment.js';

export const cancel = (
  _: Deployment,
  { reason }: To<'cancel' | 'rollback' | 'abort' | 'halt'>,
): Decision => ok([{ type: 'deployment.cancelled', reason }]);

export function begin(_: Deployment, command: To<'begin'>): Decision {
  const { previous, declared, shares, takesBack, replanned, resized, heldOut, overridden } =
    command;
  return ok([
    {
      ...{ type: 'deployment.started', previous, declared, shares },
      ...(takesBack && { takesBack }),
      ...(replanned && { replanned }),
      ...(resized && { resized }),
      ...(heldOut && { heldOut }),
      ...(overridden && { overridden }),
    },
  ]);
}

export const pause = (_: Deployment, { reason }: To<'pause'>): Decision =>
  ok([{ type: 'deployment.paused', reason }]);

export const resume = (_: Deployment, { reason }: To<'resume'>): Decision =>
  ok([{ type: 'deployment.resumed', ...(reason !== undefined && { reason }) }]);
