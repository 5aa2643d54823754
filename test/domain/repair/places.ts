import type { Finding, Invariant } from '../../../src/domain/audit/findings/finding.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { StableVersion } from '../../../src/domain/model/active-deployment.js';
import type { StoredDeployment } from '../../../src/domain/ports/audit-source.js';
import { type Remedy, repairText } from '../../../src/domain/repair/repair.js';
import type { ServicePlace } from '../../../src/domain/repair/service-place.js';
import { anId, API, v } from '../../support/fixtures.js';

export const NOTE = { by: 'ada', reason: 'a hand slipped' };

export const finding = (invariant: Invariant, rest: Partial<Finding> = {}): Finding => ({
  invariant,
  message: 'it is wrong',
  ...rest,
});

/** As it is when all is well with a deployment that is under way. */
export const stored = (
  deployment: Deployment,
  change: Partial<StoredDeployment> = {},
): StoredDeployment => ({
  ...{ id: deployment.id, kind: 'stored', deployment, events: [] },
  ...{ status: deployment.state.status, service: 'production/api', fence: 1 },
  ...{ due: true, open: true, listed: true, listedByService: true },
  ...{ holds: true, inLine: false, counted: [] },
  ...change,
});

export const entry = (
  version: string | null,
  deploymentId: DeploymentId = anId(),
): StableVersion => ({
  ...API,
  version: version === null ? null : v(version),
  deploymentId,
  since: 1,
  declared: { version: v(version ?? '0'), others: {}, missed: [], shares: null },
});

export function aPlace(
  active: ServicePlace['active'],
  stable: ServicePlace['stable'],
  rest: Partial<ServicePlace> = {},
): ServicePlace {
  return {
    ...{ ...API, sequence: 9, revision: 7, fence: 3, holder: null, busy: false, active, stable },
    targets: new Map(),
    rawActive: active === null ? null : JSON.stringify(active),
    rawStable: stable.map((each) => JSON.stringify(each)),
    ...rest,
  };
}

/** What would be done, or why nothing. */
export const told = (remedies: readonly Remedy[]): readonly string[] =>
  remedies.map((each) => ('repair' in each ? repairText(each.repair) : each.why));
