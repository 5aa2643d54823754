import { type Deployment, progressOf, touchedTargets } from '../model/deployment/deployment.js';
import { openCalls } from '../plan/left-behind.js';
import { startDue } from '../policy/admission.js';
import type { ExplainInput, Holding } from './explanation.js';
import { standingAt } from './step-words.js';

const ENDED = 'nothing more happens unless somebody asks for it';

/** What comes next, in a sentence part. */
export function nextWords(
  { deployment, now }: Pick<ExplainInput, 'deployment' | 'now'>,
  holds: readonly Holding[],
): string {
  const { state, plan, progress } = deployment;
  switch (state.status) {
    case 'draft':
      return holds.some(({ kind, until }) => kind === 'approval' && until !== null)
        ? 'it is cancelled then, unless more people may approve it by the configuration of then'
        : 'once it is approved, it is carried out as soon as windows, limits and the slot allow';
    case 'approved': {
      const due = startDue(plan.policy, progress.approvedAt);
      if (due !== null && due <= now) return 'it is cancelled: it did not begin in time';
      if (holds.length > 0) return 'it begins once nothing of this holds it any more';
      const from = state.step === undefined ? null : standingAt(deployment, state.step);
      return from === null
        ? 'a worker takes it up and begins'
        : `a worker takes it up and goes on at step ${from.number}: ${from.what}`;
    }
    case 'executing':
      return `then ${stepBehind(deployment, state.step)}`;
    case 'paused':
      return state.from.status === 'verifying'
        ? 'once resumed, it is verified'
        : `once resumed, it goes on; then ${stepBehind(deployment, state.from.step)}`;
    case 'verifying':
      return plan.policy.onFailure === 'rollback'
        ? 'it is completed where the checks find it healthy, else rolled back'
        : 'it is completed where the checks find it healthy, else it fails and is left as it is';
    case 'rolling_back':
      return goingBack(deployment);
    case 'failed':
      return openCalls(deployment).length > 0
        ? `${ENDED}; what comes next settles its open calls first`
        : ENDED;
    case 'completed':
    case 'rolled_back':
    case 'cancelled':
      return ENDED;
  }
}

function stepBehind(deployment: Deployment, index: number): string {
  const behind = standingAt(deployment, index + 1);
  return behind === null ? 'it is verified' : `step ${behind.number}: ${behind.what}`;
}

function goingBack(deployment: Deployment): string {
  const touched = touchedTargets(deployment);
  if (touched.length === 0) return 'it is rolled back: no target was changed';
  const back = touched.filter((id) => progressOf(deployment, id).state === 'restored').length;
  const was = deployment.previous?.version ?? 'nothing';
  return `it is rolled back once all have ${was} again: ${back} of ${touched.length} targets have`;
}
