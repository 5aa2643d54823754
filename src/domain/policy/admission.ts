import type { Policy } from '../model/plan/policy.js';
import type { Calendar } from '../ports/calendar.js';
import type { Freeze } from '../model/plan/freeze.js';
import type { AutomationHold, Hold } from '../model/hold.js';
import type { Override } from '../model/deployment/progress.js';
import type { PolicySubject } from '../model/plan/subject.js';
import { holdOf } from './override-coverage.js';
import { closuresAt, windowVerdict } from './window-verdict.js';

/** An approved deployment that is about to begin. */
export interface AdmissionInput extends PolicySubject {
  /** Epoch milliseconds; `null` where it needed no approval. */
  readonly approvedAt: number | null;
  readonly trigger: 'person' | 'automation';
  /** Somebody's word to go through what it was given for. */
  readonly override: Override | null;
  readonly policy: Pick<Policy, 'windows' | 'startBy'>;
}

export interface Circumstances {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly freezes: readonly Freeze[];
  /** The service's, where there is one. */
  readonly automationHold: Pick<AutomationHold, 'reason' | 'since'> | null;
  readonly calendar: Calendar;
}

export type Admission =
  /** `overridden`: what an override went through, to be recorded. */
  | { readonly kind: 'admitted'; readonly overridden: readonly Hold[] }
  | { readonly kind: 'held'; readonly hold: Hold }
  | { readonly kind: 'expired'; readonly reason: string };

/** Whether it may begin now, by policy; the slot and the limits are the claim's to give. */
export function admit(input: AdmissionInput, circumstances: Circumstances): Admission {
  const { approvedAt, override, policy, trigger, environment, service } = input;
  const { now, freezes, automationHold, calendar } = circumstances;
  const due = startDue(policy, approvedAt);
  if (due !== null && due <= now) return { kind: 'expired', reason: START_BY_EXPIRED };

  const table = { subject: input, windows: policy.windows, freezes, calendar, override };
  const verdict = windowVerdict(table, now);
  if (verdict.kind === 'closed') return { kind: 'held', hold: verdict.hold };
  if (automationHold !== null && trigger === 'automation') {
    const reason = `automation is held: ${automationHold.reason}`;
    const liftedBy = `a person who releases the automation of ${environment}/${service}`;
    return { kind: 'held', hold: { kind: 'automation', reason, until: null, liftedBy } };
  }
  return { kind: 'admitted', overridden: closuresAt(table, now).map(holdOf) };
}

/** By when it must have begun; `null` where it may wait for ever. */
export const startDue = (
  { startBy }: Pick<Policy, 'startBy'>,
  approvedAt: number | null,
): number | null => (startBy === null || approvedAt === null ? null : approvedAt + startBy);

/** The reason of a deployment that did not begin in time. */
export const START_BY_EXPIRED = 'start-by expired: it had not begun in time after its approval';
