import { createHash } from 'node:crypto';
import type { Config } from '../../contracts/config/config.schema.js';
import { canonicalJson } from '../../contracts/values/canonical-json.js';
import type { Knowledge, KnownService } from '../../domain/fleet/knowledge.js';
import type { Outline } from '../../domain/fleet/worker-sign.js';
import type { ApprovalPolicy } from '../../domain/policy/approval.js';
import { ANY, environmentsOf } from './environments-of.js';
import type { MissingSecret } from './missing-secrets.js';
import { outlineOf } from './config-outline.js';
import { effectiveSettings, type ServiceSettings } from './service-settings.js';

export interface ConfigKnowledge {
  readonly knowledge: Knowledge;
  /** By fingerprint. */
  readonly outlines: ReadonlyMap<string, Outline>;
}

/** What a configuration lets a worker carry out, each service's part with its fingerprint. */
export function knowledgeOf(
  { services, trustPublishers }: Config,
  missing: readonly MissingSecret[] = [],
): ConfigKnowledge {
  const outlines = new Map<string, Outline>();
  const known = Object.entries(services).map(([service, own]): KnownService => {
    const approvals: Record<string, ApprovalPolicy> = {};
    const note = (settings: ServiceSettings | null): string | null => {
      if (settings === null) return null;
      const fingerprint = fingerprintOf(settings);
      outlines.set(fingerprint, outlineOf(settings));
      if (settings.policy.approval !== 'none') approvals[fingerprint] = approvalPart(settings);
      return fingerprint;
    };
    const { [ANY]: others, ...named } = environmentsOf(own);
    const lacks = lackedBy(service, missing);
    const environments = Object.entries(named).flatMap(([name, here]) => {
      const fingerprint = Object.hasOwn(lacks, name) ? null : note(effectiveSettings(own, here));
      return fingerprint === null ? [] : [[name, fingerprint] as const];
    });
    return {
      service,
      environments: Object.fromEntries(environments),
      elsewhere: others === undefined || ANY in lacks ? null : note(effectiveSettings(own, others)),
      ...(Object.keys(lacks).length > 0 && { lacks }),
      approvals,
      promotions: own.promotions,
    };
  });
  return { knowledge: { services: known, trusts: trustPublishers }, outlines };
}

/** The first secret that is missing for each environment of a service. */
function lackedBy(
  service: string,
  missing: readonly MissingSecret[],
): Readonly<Record<string, string>> {
  const found = missing.flatMap(({ path, message, stops }) =>
    stops
      .filter((each) => each.service === service)
      .map(({ environment }) => [environment, `${path.join('.')}: ${message}`] as const),
  );
  return Object.fromEntries(found.toReversed());
}

function approvalPart({ policy }: ServiceSettings): ApprovalPolicy {
  const { approval, approvals, approvers, selfApproval, approvalExpiry, approvalOnChange } = policy;
  return { approval, approvals, approvers, selfApproval, approvalExpiry, approvalOnChange };
}

/** The same for the same effective configuration, however it was written; nothing can be read from it. */
export const fingerprintOf = (settings: object): string =>
  createHash('sha256').update(canonicalJson(settings)).digest('hex');
