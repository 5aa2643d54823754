import type { Verification } from '../../model/verification.js';
import type { Conclusion } from '../machine/decision.js';
import { progressOf, targetsToRestore } from '../../model/deployment/deployment.js';

/** Every target is settled: says plainly which could not be restored, and whether what is back is well. */
export const wayBackEnd =
  (verification: Verification | null): Conclusion =>
  (deployment) => {
    const { state, previous } = deployment;
    if (state.status !== 'rolling_back') return [];
    const { reason } = state;
    const open = targetsToRestore(deployment).map(
      (id) => [id, progressOf(deployment, id)] as const,
    );
    if (open.some(([, its]) => its.state !== 'restore_failed')) return [];
    if (open.length > 0) {
      const said = open.map(([id, { error }]) => `${id} (${error})`).join(', ');
      return [{ type: 'deployment.failed', reason: `${reason}; could not restore ${said}` }];
    }
    if (verification?.status !== 'unhealthy') {
      return [{ type: 'deployment.rolled_back', reason, verification }];
    }
    const unwell = `${previous?.version ?? 'nothing'} is back on every target but unhealthy`;
    return [{ type: 'deployment.failed', reason: `${reason}; ${unwell}: ${verification.reason}` }];
  };
