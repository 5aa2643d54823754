import {
  capacitiesIn,
  type Deployment,
  progressOf,
  stepsOf,
} from '../../model/deployment/deployment.js';
import type { TargetId } from '../../model/ids.js';
import type { ShiftStep, Step } from '../../model/plan/step.js';
import { type Capacities, capacityOf, together } from '../../model/traffic/capacities.js';
import type { Target } from '../../model/target.js';
import { shareOf, type TrafficShares } from '../../model/traffic-shares.js';
import { sharesOver } from './shares-over.js';

/** The shares as the last shift up to this step asks for them; before any, those that the service has. */
export function sharesAt(deployment: Deployment, at: number): TrafficShares | null {
  const step = lastShift(deployment, at);
  if (step === undefined) return inheritedBy(updatedBy(deployment), deployment);
  // What failed within the tolerance gets no traffic; its part goes to the others.
  const well = step.to.filter((id) => progressOf(deployment, id).state !== 'failed');
  const to = well.length > 0 ? well : step.to;
  return sharesOf({ to, from: step.from, percent: step.percent }, capacitiesIn(deployment));
}

function lastShift(deployment: Deployment, at: number): ShiftStep | undefined {
  const steps = stepsOf(deployment);
  const shifts = SHIFTS.get(steps) ?? shiftsOf(steps);
  SHIFTS.set(steps, shifts);
  return shifts.findLast(({ number }) => number <= at)?.step;
}

interface NumberedShift {
  readonly number: number;
  readonly step: ShiftStep;
}

/** Plans have up to thousands of steps, and each step asks. */
const SHIFTS = new WeakMap<readonly Step[], readonly NumberedShift[]>();

const shiftsOf = (steps: readonly Step[]): readonly NumberedShift[] =>
  steps.flatMap((step, number) => (step.kind === 'shift' ? [{ number, step }] : []));

function baseShares(deployment: Deployment): TrafficShares | null {
  const { shares, progress, plan } = deployment;
  const base = shares ?? progress.traffic?.before ?? null;
  return base === null ? null : sharesOver(plan.targets, base, capacitiesIn(deployment));
}

/**
 * The shares that the service has. Where all that had any left the configuration, the
 * traffic goes to these heirs, and to nobody before there are any.
 */
function inheritedBy(heirs: readonly Target[], deployment: Deployment): TrafficShares | null {
  const base = baseShares(deployment);
  if (base === null || !isOrphaned(base)) return base;
  return heirs.length === 0 ? null : sharesOver(heirs, {}, capacitiesIn(deployment));
}

/** Whether the traffic up to this step is that of targets which left the configuration. */
export function isInherited(deployment: Deployment, at: number): boolean {
  const base = baseShares(deployment);
  return base !== null && isOrphaned(base) && lastShift(deployment, at) === undefined;
}

const isOrphaned = (shares: TrafficShares): boolean =>
  Object.values(shares).every((share) => share === 0);

const updatedBy = (deployment: Deployment): readonly Target[] =>
  deployment.plan.targets.filter(({ id }) => progressOf(deployment, id).state === 'updated');

/** `percent` to the one group, the rest to the other; within a group each has its part by its capacity. */
export function sharesOf(
  { to, from, percent }: Shift,
  capacities: Capacities | undefined,
): TrafficShares {
  const shares: Record<string, number> = {};
  const give = (ids: readonly TargetId[], share: number): void => {
    const whole = together(capacities, ids);
    for (const id of ids) shares[id] = (share * capacityOf(capacities, id)) / whole;
  };
  give(to, percent / 100);
  give(from, (100 - percent) / 100);
  return shares;
}

type Shift = Pick<ShiftStep, 'from' | 'percent'> & { readonly to: readonly TargetId[] };

/** What is declared of the traffic once the deployment is completed; every target is named. */
export function finalShares(deployment: Deployment): TrafficShares | null {
  const shift = lastShift(deployment, stepsOf(deployment).length);
  // Also what failed within the tolerance: it gets its part once it is repaired.
  const shares =
    shift === undefined
      ? inheritedBy(deployment.plan.targets, deployment)
      : sharesOf(shift, capacitiesIn(deployment));
  if (shares === null) return null;
  return Object.fromEntries(deployment.plan.targets.map(({ id }) => [id, shareOf(shares, id)]));
}

/** Beneath a rollback to a named version nothing may be left that says how the traffic was: all have it. */
export function sharesBack(deployment: Deployment): TrafficShares | null {
  if (deployment.declared !== null) {
    const base = baseShares(deployment);
    return base === null || isOrphaned(base) ? null : base;
  }
  return tookBack(deployment)
    ? sharesOver(deployment.plan.targets, {}, capacitiesIn(deployment))
    : null;
}

/** It was completed, and took the place of what a rollback to a named version took back. */
export const tookBack = ({ succeeded, takesBack }: Deployment): boolean =>
  succeeded && takesBack !== null;
