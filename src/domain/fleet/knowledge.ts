import type { ServiceRef } from '../model/ids.js';
import { type ApprovalInForce, type ApprovalPolicy, NO_APPROVAL } from '../policy/approval.js';
import type { PromotionRule } from '../promotion/promotion.js';

/** What a worker's configuration lets it carry out, as it tells the others. */
export interface Knowledge {
  /** `all`: drivers of the program's own, for whatever service there is. */
  readonly services: 'all' | readonly KnownService[];
  /** Takes driver and checks from publishers: whatever brings its driver along can be carried out here. */
  readonly trusts: boolean;
}

export interface KnownService {
  /** `*` stands for every service that is not named. */
  readonly service: string;
  /** The fingerprint of the effective configuration, by environment. */
  readonly environments: Readonly<Record<string, string>>;
  /** The same for every environment that is not named; `null` where it has no driver there. */
  readonly elsewhere: string | null;
  /** Why it can't be carried out by this worker in an environment where it is configured; `*` as above. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** Who must approve, by fingerprint, where anybody must; not said by versions that did not know of it. */
  readonly approvals?: Readonly<Record<string, ApprovalPolicy>>;
  readonly promotions: readonly PromotionRule[];
}

/** Knows everything, and has no configuration to name. */
export const KNOWS_ALL: Knowledge = { services: 'all', trusts: true };

/** What a job needs of the worker that carries it out. */
export interface Need {
  readonly ref: ServiceRef;
  /** Its publisher gave it a driver of its own. */
  readonly bringsDriver: boolean;
}

export function knows(knowledge: Knowledge, { ref, bringsDriver }: Need): boolean {
  if (knowledge.services === 'all') return true;
  return (bringsDriver && knowledge.trusts) || fingerprintIn(knowledge, ref) !== null;
}

/** Of what is configured for the service there; `null` where nothing is, or nothing has a name. */
export function fingerprintIn(knowledge: Knowledge, ref: ServiceRef): string | null {
  const known = knownService(knowledge, ref.service);
  if (known === undefined) return null;
  const { environments, elsewhere } = known;
  const here = Object.hasOwn(environments, ref.environment) && environments[ref.environment];
  return here || elsewhere;
}

/**
 * The environments in which these are configured for a service; `null` where none of them
 * is configured for it at all.
 */
export function environmentsIn(
  knowledges: readonly Knowledge[],
  service: string,
): readonly string[] | null {
  const known = knowledges.flatMap((each) => knownService(each, service) ?? []);
  if (known.length === 0) return null;
  const names = known.flatMap(({ environments, lacks = {} }) => [
    ...Object.keys(environments),
    ...Object.keys(lacks).filter((name) => name !== '*'),
  ]);
  return [...new Set(names)];
}

/** What this worker lacks to carry the service out there; `null`: nothing, or it is not configured for it. */
export function lackIn(knowledge: Knowledge, { service, environment }: ServiceRef): string | null {
  const { lacks = {}, environments = {} } = knownService(knowledge, service) ?? {};
  if (Object.hasOwn(environments, environment)) return null;
  const found = [environment, '*'].flatMap((each) =>
    Object.hasOwn(lacks, each) ? [lacks[each]] : [],
  );
  return found[0] ?? null;
}

/** Who must approve there, by this configuration; `null` where it does not say. */
export function approvalIn(knowledge: Knowledge, ref: ServiceRef): ApprovalInForce | null {
  const configuration = fingerprintIn(knowledge, ref);
  const approvals = knownService(knowledge, ref.service)?.approvals;
  if (configuration === null || approvals === undefined) return null;
  return { configuration, policy: approvals[configuration] ?? NO_APPROVAL };
}

/** The promotions that begin there, by this configuration. */
export const promotionsIn = (
  knowledge: Knowledge,
  { service, environment }: ServiceRef,
): readonly PromotionRule[] =>
  knownService(knowledge, service)?.promotions.filter(({ from }) => from === environment) ?? [];

function knownService({ services }: Knowledge, name: string): KnownService | undefined {
  if (services === 'all') return undefined;
  return (
    services.find(({ service }) => service === name) ??
    services.find(({ service }) => service === '*')
  );
}
