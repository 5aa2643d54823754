import { newRelease, ReleaseRequestSchema } from '../../../src/contracts/release.schema.js';
import type { ServiceName } from '../../../src/domain/model/ids.js';
import { serviceName } from '../../../src/domain/model/ids.js';
import type { PlanStatus } from '../../../src/domain/model/deployment/plan-state.js';
import {
  type DeploymentFact,
  type JobFact,
  type MemberFact,
  NO_FACT,
} from '../../../src/domain/release/member-fact.js';
import type { Member, MemberStatus, Release } from '../../../src/domain/release/release.js';
import { releaseId } from '../../../src/domain/release/release-id.js';
import { type ReleaseDecision, releaseOwed } from '../../../src/domain/release/release-owed.js';

let made = 0;

/** `{ db: [], api: ['db'] }`: services, each with those that it comes after. */
export type Order = Readonly<Record<string, readonly string[]>>;

export const CHAIN: Order = { db: [], api: ['db'], web: ['api'] };

export function aRelease(order: Order = CHAIN, more: object = {}): Release {
  const services = Object.entries(order).map(([service, after]) => ({
    service,
    version: '2.0.0',
    after,
  }));
  const request = ReleaseRequestSchema.parse({ schema: 1, services, ...more });
  return newRelease(
    request,
    () => releaseId(`rel_${(made++).toString(36).padStart(10, '0')}`),
    1_000,
  );
}

export const deployed = (
  status: PlanStatus,
  more: Partial<DeploymentFact> & { job?: JobFact } = {},
): MemberFact => {
  const { job = NO_FACT.job, ...deployment } = more;
  const inPlace = status !== 'rolled_back' && status !== 'cancelled' && status !== 'draft';
  return { deployment: { status, reason: null, inPlace, ...deployment }, job };
};

export const waiting = (job: JobFact): MemberFact => ({ deployment: null, job });
export const refused = (reason: string): JobFact => ({ state: 'refused', reason });

/** Decides in the light of what is so for these services; of the others nothing is known. */
export function owed(
  release: Release,
  facts: Readonly<Record<string, MemberFact>> = {},
): ReleaseDecision {
  const known = Object.entries(facts).map(([service, fact]): [ServiceName, MemberFact] => [
    serviceName(service),
    fact,
  ]);
  return releaseOwed(release, new Map(known), 5_000);
}

/** Leads a release through decisions, each in the light of its facts. */
export const led = (
  release: Release,
  ...steps: readonly Readonly<Record<string, MemberFact>>[]
): Release => steps.reduce((now, facts) => owed(now, facts).after, release);

export const statuses = ({ members }: Release): Readonly<Record<string, MemberStatus>> =>
  Object.fromEntries(members.map(({ service, status }) => [service, status]));

export const jobs = ({ publish }: ReleaseDecision): readonly string[] =>
  publish.map(({ kind, member }) => `${kind} ${member.service}`);

export function memberOf({ members }: Release, service: string): Member {
  const found = members.find((member) => member.service === service);
  if (!found) throw new Error(`no ${service}`);
  return found;
}
