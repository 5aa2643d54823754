import { admit, type Admission, type AdmissionInput } from '../../policy/admission.js';
import { serviceKey } from '../../model/ids.js';
import type { Hold } from '../../model/hold.js';
import type { LimitKey } from '../../model/plan/limits.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import type { PlanCommand } from '../../plan/machine/plan-command.js';
import type { Claim, Notices, TakenElsewhere } from '../../ports/deployment-store.js';
import { command } from '../journal/command.js';
import type { Ending } from '../ending.js';
import type { Journal } from '../journal/journal.js';
import type { OrchestratorPorts } from '../orchestrator-ports.js';

const ROOM_MS = 2_000;

/**
 * Whether an approved deployment may begin now. What keeps it is written down,
 * and what came too late is cancelled; `null` where nothing is to be admitted.
 */
export function admitted(
  ports: OrchestratorPorts,
  journal: Journal,
  { notices }: Extract<Claim, { kind: 'claimed' }>,
): Admission | null {
  const { deployment } = journal;
  if (deployment.state.status !== 'approved') return null;
  const admission = admissionOf(ports, deployment, notices);
  const order = orderOf(admission);
  if (order !== null) journal.submit(order);
  return admission;
}

/** Whether it could begin, if the slot were free. */
export const admissionOf = (
  { calendar, clock }: OrchestratorPorts,
  deployment: Deployment,
  notices: Notices,
): Admission => admit(admissionInput(deployment), { now: clock.now(), calendar, ...notices });

/** What an admission says of a deployment that may not begin; `null` where it may. */
export function orderOf(admission: Admission): PlanCommand | null {
  switch (admission.kind) {
    case 'admitted':
      return null;
    case 'held':
      return { type: 'hold', hold: admission.hold };
    case 'expired':
      return { type: 'expire', waiting: 'approved', reason: admission.reason };
  }
}

/** What admission is judged by. */
export const admissionInput = ({
  environment,
  service,
  trigger,
  plan,
  progress,
}: Deployment): AdmissionInput => ({
  environment,
  service,
  trigger,
  labels: plan.labels,
  policy: plan.policy,
  approvedAt: progress.approvedAt,
  override: progress.override,
});

/** As many are under way as the limit allows. */
export function waitForRoom(
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
  return waitHeld(ports, deployment, hold);
}

/** Another environment of the service works on the same target: never two at once. */
export function waitForTarget(
  ports: OrchestratorPorts,
  deployment: Deployment,
  { by, environment, place }: TakenElsewhere,
): Promise<Ending> {
  const other = serviceKey({ ...deployment, environment });
  const hold: Hold = {
    kind: 'target',
    reason: `${by} is changing ${other}, and has ${place} in hand, which is a target here, too`,
    until: null,
    liftedBy: `the end of ${by}`,
  };
  return waitHeld(ports, deployment, hold);
}

/** What it waits for may be over any moment; nobody is told then. */
async function waitHeld(
  ports: OrchestratorPorts,
  deployment: Deployment,
  hold: Hold,
): Promise<Ending> {
  const { deployment: held } = await command(ports, deployment, { type: 'hold', hold }, false);
  return { kind: 'wait_until', until: ports.clock.now() + ROOM_MS, deployment: held };
}
