import type { VersionRecord } from '../../model/active-deployment.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { serviceKey } from '../../model/ids.js';
import type { ServiceStatus } from '../../model/service-status.js';
import { ANYTHING, type TargetStatus } from '../../model/target-status.js';
import type { KeptFlag } from '../../ports/flag-store.js';
import { flagKeepings } from '../../strategies/parts/flag-keeping.js';
import { flagNameIn, flagTemplateOf } from '../../strategies/parts/flag-name.js';

/** Who may still need the flag of its version, beside the versions that are kept. */
interface Needing {
  readonly deployment: Deployment;
  readonly service: ServiceStatus;
  /** The service's own. */
  readonly record: VersionRecord;
}

/**
 * The flags that a deployment takes with it once it is completed: its service's,
 * with the name that their version gives them, of versions that no target may run
 * and that are not among the newest finished ones before it.
 *
 * @param listed all that are in the store
 */
export function oldFlags(listed: readonly KeptFlag[], needing: Needing): readonly KeptFlag[] {
  const { deployment } = needing;
  const own = listed.filter((flag) => serviceKey(flag) === serviceKey(deployment));
  const needed = neededVersions(needing);
  const finished = finishedBefore(needing);
  const old = flagKeepings(deployment.plan.strategy).map(({ template, keep }) => {
    const kept = new Set<string>([...needed, ...finished.slice(0, keep)]);
    const nameOf = (version: string): string =>
      flagNameIn(template ?? flagTemplateOf(deployment), version);
    return (flag: KeptFlag): boolean =>
      !kept.has(flag.version) && flag.flag === nameOf(flag.version);
  });
  return own.filter((flag) => old.some((isOld) => isOld(flag)));
}

/** Whether nobody knows what one of the service's targets runs: any version may be live then. */
export const isAnythingLive = (service: ServiceStatus): boolean =>
  allOf(service).some(({ version }) => version.includes(ANYTHING));

const allOf = ({ targets, others }: ServiceStatus): readonly TargetStatus[] => [
  ...targets.values(),
  ...others.values(),
];

/** What runs, or may run, and what the way back leads to. */
function neededVersions({ deployment, service, record }: Needing): readonly string[] {
  const runs = allOf(service).flatMap(({ version }) => version);
  const named = [deployment.version, deployment.previous?.version, record.active?.version, ...runs];
  return named.filter((version) => version != null);
}

/** The versions of completed deployments, newest first, each once. */
function finishedBefore({ deployment, record }: Needing): readonly string[] {
  const versions = record.stable.map(({ declared }) => declared.version);
  return [...new Set(versions)].filter((version) => version !== deployment.version);
}
