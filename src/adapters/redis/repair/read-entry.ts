import type { DeploymentId, TargetId } from '../../../domain/model/ids.js';
import type { ActiveDeployment, StableVersion } from '../../../domain/model/active-deployment.js';
import {
  type TargetStatus,
  type TargetStatuses,
  UNTOUCHED,
} from '../../../domain/model/target-status.js';
import { pairs } from '../services/service-codec.js';

/** What cannot be read, or names no deployment, is said to be so. */
export function readEntry(json: string): ActiveDeployment | 'unreadable' {
  const entry = objectIn(json);
  if (entry === null) return 'unreadable';
  const named = 'deploymentId' in entry && typeof entry.deploymentId === 'string';
  const versioned =
    'version' in entry && (entry.version === null || typeof entry.version === 'string');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what others read of it was looked at
  return named && versioned ? (entry as ActiveDeployment) : 'unreadable';
}

/** An entry of the stable versions: it also says what the service should be. */
export function readStable(json: string): StableVersion | 'unreadable' {
  const entry = readEntry(json);
  if (entry === 'unreadable' || !('declared' in entry)) return 'unreadable';
  const { declared } = entry;
  const declares = typeof declared === 'object' && declared !== null && 'others' in declared;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what others read of it was looked at
  return declares ? (entry as StableVersion) : 'unreadable';
}

/** A status that cannot be read is of nobody: no event tells of it, and a person's word takes its place. */
export function readStatuses(flat: readonly string[]): TargetStatuses {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  return new Map(pairs(flat).map(([id, json]) => [id as TargetId, readStatus(json)] as const));
}

function readStatus(json: string): TargetStatus {
  const status = objectIn(json);
  const known = status !== null && 'version' in status && 'inRotation' in status;
  if (known && 'weight' in status && 'by' in status && Array.isArray(status.version)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what others read of it was looked at
    return status as TargetStatus;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- names no deployment that there is
  return { ...UNTOUCHED, by: `unreadable ${json.slice(0, 80)}` as DeploymentId };
}

function objectIn(json: string): object | null {
  try {
    const found: unknown = JSON.parse(json);
    return typeof found === 'object' ? found : null;
  } catch {
    return null;
  }
}
