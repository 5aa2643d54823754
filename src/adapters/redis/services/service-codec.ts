import type { TargetId } from '../../../domain/model/ids.js';
import type {
  ActiveDeployment,
  StableVersion,
  TakenBack,
} from '../../../domain/model/active-deployment.js';
import type { ServiceRecord } from '../../../domain/model/service-status.js';
import {
  isGone,
  type TargetStatus,
  type TargetStatuses,
} from '../../../domain/model/target-status.js';

/** What is seen just now is not written down; of what is gone nothing is kept, which is said by nothing. */
export function encodeStatus(status: TargetStatus): string {
  if (isGone(status)) return '';
  const { seen: _, ...kept } = status;
  return JSON.stringify(kept);
}

/** Reads what `HGETALL` of a service's targets answered, as names and values in turn. */
export function decodeStatuses(flat: readonly string[]): TargetStatuses {
  const statuses = new Map<TargetId, TargetStatus>();
  for (const [id, json] of pairs(flat)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
    statuses.set(id as TargetId, JSON.parse(json) as TargetStatus);
  }
  return statuses;
}

/** Reads what includes/service-record.lua answers. */
export function decodeService(answer: unknown): ServiceRecord {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script's header says it returns
  const [targets, stable, active, revision] = answer as [string[], string[], string, string];
  return {
    targets: decodeStatuses(targets),
    stable: stable.map(decodeStable),
    active: active === '' ? null : decodeActive(active),
    revision: Number(revision),
  };
}

export const decodeActive = (json: string): ActiveDeployment =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  JSON.parse(json) as ActiveDeployment;

export const decodeStable = (json: string): StableVersion =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  JSON.parse(json) as StableVersion;

export const decodeTakenBack = (json: string): TakenBack =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
  JSON.parse(json) as TakenBack;

/** Of a hash as names and values in turn. */
export function pairs(flat: readonly string[]): [string, string][] {
  const found: [string, string][] = [];
  for (let at = 0; at + 1 < flat.length; at += 2) found.push([flat[at] ?? '', flat[at + 1] ?? '']);
  return found;
}
