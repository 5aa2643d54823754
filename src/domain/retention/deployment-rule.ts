import { isTerminal, type PlanStatus } from '../model/deployment/plan-state.js';
import type { RetentionPolicy } from './retention-policy.js';

/** What is known of a deployment by its age alone: enough to keep nearly all of them. */
export interface DeploymentTrace {
  readonly status: PlanStatus;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly endedAt: number | null;
  /** How many deployments of its service were made after it. */
  readonly newer: number;
}

/** The moment at which somebody asks. Epoch milliseconds. */
export interface RetentionTimes {
  readonly now: number;
  /** Events up to here were followed: promotions and releases know what came of them. */
  readonly followedUntil: number;
}

/** Why a deployment stays by its age: who still names it, the store knows and says. */
export type KeptByAge = 'open' | 'unfollowed' | 'recent' | 'newest';

/** `null` where its age speaks for its going. */
export function keptByAge(
  { status, endedAt, newer }: DeploymentTrace,
  policy: RetentionPolicy,
  { now, followedUntil }: RetentionTimes,
): KeptByAge | null {
  if (endedAt === null || !isTerminal(status)) return 'open';
  if (endedAt > followedUntil) return 'unfollowed';
  if (endedAt > now - policy.atLeast) return 'recent';
  if (newer < policy.keep) return 'newest';
  const old = endedAt <= now - policy.deployments;
  return old || newer >= policy.most ? null : 'recent';
}

/** What was made later than this has not ended long enough ago to go: looking on is of no use. */
export const lookedFarEnough = (
  { createdAt }: Pick<DeploymentTrace, 'createdAt'>,
  { atLeast }: RetentionPolicy,
  { now }: RetentionTimes,
): boolean => createdAt > now - atLeast;

/** So many newer ones of its service there must still be when it goes. */
export const newerNeeded = (
  { endedAt }: DeploymentTrace,
  { deployments, keep, most }: RetentionPolicy,
  { now }: RetentionTimes,
): number => ((endedAt ?? now) <= now - deployments ? keep : Math.max(keep, most));
