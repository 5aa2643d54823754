import type { Finding } from '../audit/findings/finding.js';
import { type DeploymentId, type ServiceRef, serviceKey } from '../model/ids.js';
import type { ActiveDeployment, StableVersion } from '../model/active-deployment.js';
import type { ServicePlace } from './service-place.js';

/** An index, and which deployments it is of where there is more than one. */
export type IndexPlace =
  | { readonly name: 'open' | 'due' | 'history' }
  | { readonly name: 'service_history'; readonly service: ServiceRef }
  | { readonly name: 'limit'; readonly key: string };

/** What a deployment is to its service's slot: `join` at the end of the line, `jump` at its head. */
export type SlotAct = 'free' | 'give' | 'join' | 'jump' | 'leave';

/** One thing that is repaired in one write, with all that must still be so for it to be right. */
export type Repair =
  | {
      readonly kind: 'recount';
      readonly status: string;
      readonly counter: string;
      readonly recount: number;
      /** The mark of the recounts before: a counter is never corrected twice for one fault. */
      readonly recounts: number;
      /** The number of the last event when it was counted. */
      readonly sequence: number;
    }
  | {
      readonly kind: 'index';
      readonly place: IndexPlace;
      readonly deploymentId: DeploymentId;
      readonly put: boolean;
      /** Of the deployment; `null` where it has no record. */
      readonly revision: number | null;
      /** `null` is now. */
      readonly score: number | null;
    }
  | {
      readonly kind: 'slot';
      readonly act: SlotAct;
      readonly service: ServiceRef;
      readonly deploymentId: DeploymentId;
      readonly revision: number | null;
    }
  | {
      readonly kind: 'active';
      readonly had: ServicePlace;
      readonly active: ActiveDeployment | null;
      readonly stable: readonly StableVersion[];
    }
  /** A field of the record that the scripts go by, beside the record itself. */
  | {
      readonly kind: 'field';
      readonly field: 'status' | 'svc';
      readonly deploymentId: DeploymentId;
      readonly revision: number;
      readonly had: string;
      readonly value: string;
    }
  | {
      readonly kind: 'fence';
      readonly service: ServiceRef;
      readonly had: number;
      readonly least: number;
    };

/** What helps against a finding, or the sentence that says why nothing here does. */
export type Remedy = { readonly repair: Repair } | { readonly why: string };

export interface Prescription {
  readonly finding: Finding;
  readonly remedies: readonly Remedy[];
}

/** Who repairs, and why. */
export interface RepairNote {
  readonly by: string;
  readonly reason: string;
}

/** Two that are the same are done once. */
export function repairKey(repair: Repair): string {
  switch (repair.kind) {
    case 'recount':
      return `recount ${repair.status}`;
    case 'index': {
      const { place, deploymentId, put } = repair;
      return `index ${indexName(place)} ${deploymentId} ${put}`;
    }
    case 'slot':
      return `slot ${serviceKey(repair.service)} ${repair.deploymentId} ${repair.act}`;
    case 'active':
      return `active ${serviceKey(repair.had)}`;
    case 'field':
      return `field ${repair.deploymentId} ${repair.field}`;
    case 'fence':
      return `fence ${serviceKey(repair.service)}`;
  }
}

/** What would be done, in one clause. */
export function repairText(repair: Repair): string {
  switch (repair.kind) {
    case 'recount':
      return `count ${repair.recount} as ${repair.status}, not ${repair.counter}`;
    case 'index': {
      const { place, deploymentId, put } = repair;
      return `${put ? 'put' : 'take'} ${deploymentId} ${put ? 'into' : 'out of'} ${indexName(place)}`;
    }
    case 'slot':
      return slotText(repair.act, repair.deploymentId, serviceKey(repair.service));
    case 'active': {
      const { had, active, stable } = repair;
      const versions = stable.map(entryText).join(', ');
      return `make ${entryText(active)} active in ${serviceKey(had)}, its stable versions ${versions || 'empty'}`;
    }
    case 'field':
      return `write ${repair.field} ${repair.value} in ${repair.deploymentId}, not ${repair.had}`;
    case 'fence':
      return `raise the fence of ${serviceKey(repair.service)} from ${repair.had} to ${repair.least}`;
  }
}

function indexName(place: IndexPlace): string {
  if (place.name === 'limit') return `the limit ${place.key}`;
  if (place.name === 'service_history') return `the history of ${serviceKey(place.service)}`;
  return place.name === 'history' ? 'the history' : `the index of ${place.name} deployments`;
}

function slotText(act: SlotAct, id: DeploymentId, service: string): string {
  switch (act) {
    case 'free':
      return `take the slot of ${service} from ${id}, and hand it to the next in line`;
    case 'give':
      return `give the slot of ${service} to ${id}`;
    case 'join':
      return `put ${id} at the end of the line of ${service}`;
    case 'jump':
      return `put ${id} at the head of the line of ${service}`;
    case 'leave':
      return `take ${id} out of the line of ${service}`;
  }
}

export const entryText = (entry: ActiveDeployment | null): string =>
  entry === null ? 'nothing' : `${entry.version ?? 'unknown'} of ${entry.deploymentId}`;
