import type { TargetId } from '../model/ids.js';
import { type Deployment, deployedTargets } from '../model/deployment/deployment.js';
import type { ActiveDeployment } from '../model/active-deployment.js';
import { runs, type TargetStatuses } from '../model/target-status.js';
import type { JobFact } from '../release/member-fact.js';
import { err, ok, type Result } from '../model/result.js';
import {
  isMoving,
  isOpen,
  type Promotion,
  type PromotionRule,
  type PromotionState,
  turned,
} from './promotion.js';

/** What is so outside a promotion's own record. */
export interface PromotionFacts {
  /** The rule as it is configured now; the service may have lost it since. */
  readonly rule: PromotionRule | null;
  readonly source: Deployment | null;
  readonly activeFrom: ActiveDeployment | null;
  readonly activeTo: ActiveDeployment | null;
  /** Whether what is active in `to` came by a promotion, and not because somebody put it there. */
  readonly toPromoted: boolean;
  /** The last thing known of the targets in `from`. */
  readonly targets: TargetStatuses;
  /** Whether the deployment in `to` is in the store. */
  readonly planned: boolean;
  readonly job: JobFact;
}

export interface PromotionDecision {
  /** To be stored before anything is published; the very same where nothing changed. */
  readonly after: Promotion;
  readonly publish: boolean;
  /** When to look again, in milliseconds; a promotion that waits for a person is not looked at. */
  readonly lookInMs: number;
}

const JOB_LOOK_MS = 1_000;

/** What a promotion comes to in the light of the facts. @param now epoch milliseconds */
export function promotionOwed(
  promotion: Promotion,
  facts: PromotionFacts,
  now: number,
): PromotionDecision {
  if (!isMoving(promotion)) return { after: promotion, publish: false, lookInMs: JOB_LOOK_MS };
  const { status } = promotion.state;
  if (status === 'soaking' && now < promotion.soakUntil) {
    return { after: promotion, publish: false, lookInMs: promotion.soakUntil - now };
  }
  const state = status === 'promoting' ? published(facts) : soaked(promotion, facts);
  const after = state === null ? promotion : turned(promotion, state);
  return {
    after,
    publish: after.state.status === 'promoting' && facts.job.state === 'absent',
    lookInMs: JOB_LOOK_MS,
  };
}

/** Says that a person lets it go on. Whatever kept it from going on by itself is asked again then. */
export function approvePromotion(
  promotion: Promotion,
  by: string,
  now: number,
): Result<Promotion, string> {
  const { id, state, soakUntil } = promotion;
  if (!isOpen(promotion)) return err(`cannot promote ${id}: it is ${state.status}`);
  if (promotion.approvedBy !== null || state.status === 'promoting') return ok(promotion);
  const until = state.status === 'ready' ? Math.min(soakUntil, now) : soakUntil;
  return ok({ ...turned(promotion, { status: 'soaking' }), approvedBy: by, soakUntil: until });
}

/** The soak is over: what it comes to. */
function soaked(promotion: Promotion, facts: PromotionFacts): PromotionState {
  const reason = hindrance(promotion, facts);
  if (reason !== null) return { status: 'dropped', reason };
  const doubt = promotion.approvedBy === null ? doubtOf(promotion, facts) : null;
  return doubt === null ? { status: 'promoting' } : { status: 'ready', reason: doubt };
}

/** Why a person has to let it go on: automation never takes away what somebody put in place meanwhile. */
function doubtOf(promotion: Promotion, { activeTo, toPromoted }: PromotionFacts): string | null {
  const { auto, to, createdAt } = promotion;
  if (!auto) return 'it waits for a person, as configured';
  if (activeTo === null || toPromoted || activeTo.since <= createdAt) return null;
  const now = activeTo.version ?? 'another version';
  return `somebody put ${now} in ${to} meanwhile (${activeTo.deploymentId}): a person decides`;
}

function published({ planned, job }: PromotionFacts): PromotionState | null {
  if (planned) return { status: 'promoted' };
  if (job.state === 'refused') return { status: 'failed', reason: job.reason };
  if (job.state !== 'done') return null;
  return { status: 'failed', reason: 'its deployment is no longer in the store' };
}

/** Why it must not go on, as a sentence; `null` where nothing keeps it. */
function hindrance(promotion: Promotion, facts: PromotionFacts): string | null {
  const { service, from, to, version, source } = promotion;
  const { rule, activeFrom, activeTo } = facts;
  if (rule === null) return `${service} is no longer promoted from ${from} to ${to}`;
  if (activeFrom?.deploymentId !== source) {
    const now = activeFrom === null ? 'nothing' : activeFrom.deploymentId;
    return `${source} is no longer active in ${from}: ${now} is`;
  }
  if (activeFrom.version === null) return `${version} is not on every target in ${from}`;
  if (activeTo?.version === version) return `${version} is already active in ${to}`;
  return illness(promotion, facts);
}

/** Where no check was configured nothing was learnt, and it counts as healthy, as its completion did. */
function illness({ from }: Promotion, { source, targets }: PromotionFacts): string | null {
  const health = source?.health ?? null;
  if (health !== null && health.status !== 'healthy') {
    return `it was ${health.status} in ${from}: ${health.reason}`;
  }
  const [ill, unsure]: [TargetId[], TargetId[]] = [[], []];
  for (const id of source === null ? [] : deployedTargets(source)) {
    const status = targets.get(id);
    if (status === undefined || status.by !== source?.id) continue;
    const version = runs(status);
    if (version === undefined) unsure.push(id);
    else if (version !== null && version === status.bad) ill.push(id);
  }
  if (ill.length > 0) return `unhealthy in ${from}: ${ill.join(', ')}`;
  return unsure.length === 0 ? null : `it is not sure what runs in ${from} on ${unsure.join(', ')}`;
}
