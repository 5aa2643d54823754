import { admit, type Admission, type AdmissionInput } from '../policy/admission.js';
import type { Hold } from '../policy/hold.js';
import type { LimitKey } from '../policy/limits.js';
import type { Deployment } from '../plan/deployment.js';
import type { Claim } from '../ports/deployment-store.js';
import { command } from './command.js';
import type { Ending } from './ending.js';
import type { Journal } from './journal.js';
import type { OrchestratorPorts } from './orchestrator-ports.js';

/** What has no known end is asked about again this often. */
const ASK_AGAIN_MS = 15_000;
/** As many are under way as a limit allows: one of them may end any moment. */
const ROOM_MS = 2_000;

/**
 * Whether an approved deployment may begin now. What keeps it is written down,
 * and what came too late is cancelled; `null` where nothing is to be admitted.
 */
export function admitted(
  { calendar, clock }: OrchestratorPorts,
  journal: Journal,
  { notices }: Extract<Claim, { kind: 'claimed' }>,
): Admission | null {
  const { deployment } = journal;
  if (deployment.state.status !== 'approved') return null;
  const admission = admit(admissionInput(deployment), { now: clock.now(), calendar, ...notices });
  if (admission.kind === 'held') journal.submit({ type: 'hold', hold: admission.hold });
  if (admission.kind === 'expired') {
    journal.submit({ type: 'expire', reason: admission.reason });
  }
  return admission;
}

/** What admission is judged by. */
export const admissionInput = ({
  environment,
  service,
  trigger,
  plan,
  course,
}: Deployment): AdmissionInput => ({
  environment,
  service,
  trigger,
  labels: plan.labels,
  policy: plan.policy,
  approvedAt: course.approvedAt,
  override: course.override,
});

/** When a held deployment asks again (epoch milliseconds). */
export const heldUntil = ({ until }: Hold, now: number): number =>
  until === null ? now + ASK_AGAIN_MS : Math.max(until, now);

/** As many are under way as the limit allows. */
export async function waitForRoom(
  ports: OrchestratorPorts,
  deployment: Deployment,
  { key, most }: LimitKey,
): Promise<Ending> {
  const reason = `${most} of ${key} are under way, as many as its limit allows`;
  const hold: Hold = {
    kind: 'limit',
    reason,
    until: null,
    liftedBy: 'the end of one of them, or a higher limit',
  };
  const { deployment: held } = await command(ports, deployment, { type: 'hold', hold }, false);
  return { kind: 'rest', until: ports.clock.now() + ROOM_MS, deployment: held };
}
