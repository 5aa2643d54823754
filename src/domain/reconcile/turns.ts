import type { TargetId } from '../model/ids.js';
import { type Deployment, progressOf } from '../model/deployment/deployment.js';
import type { TargetState } from '../model/target.js';
import type { Turn } from './effect.js';

const GIVEN_UP: ReadonlySet<TargetState> = new Set(['failed', 'restore_failed', 'retire_failed']);
const GIVEN_UP_BACK: ReadonlySet<TargetState> = new Set(['restore_failed']);

/** Whether a target may be called now: what is given up is not, and what failed in passing waits its time. */
export function turnOf(deployment: Deployment, target: TargetId, now: number): Turn {
  const { state, retryAt } = progressOf(deployment, target);
  const back = deployment.state.status === 'rolling_back';
  if ((back ? GIVEN_UP_BACK : GIVEN_UP).has(state)) return 'given_up';
  return retryAt !== null && retryAt > now ? { notBefore: retryAt } : 'now';
}
