import { serviceKey } from '../../../domain/model/ids.js';
import {
  type IndexPlace,
  type Repair,
  type RepairNote,
  repairText,
} from '../../../domain/repair/repair.js';
import type { Keys } from '../connection/keys.js';

/** A script and what it is given. */
export interface Call {
  readonly script: string;
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

type Of<Kind extends Repair['kind']> = Extract<Repair, { kind: Kind }>;

export function repairCall(keys: Keys, repair: Repair, note: RepairNote, op: string): Call {
  switch (repair.kind) {
    case 'recount':
      return recountCall(keys, repair, note, op);
    case 'index':
      return indexCall(keys, repair, note, op);
    case 'slot':
      return slotCall(keys, repair, note, op);
    case 'active':
      return activeCall(keys, repair, note, op);
    case 'field': {
      const { field, deploymentId, revision, had, value } = repair;
      return {
        script: 'repair-field.lua',
        keys: [keys.deployment(deploymentId).record, keys.repairLog],
        args: [op, field, had, value, revision, entryOf(repairText(repair), note, had, value)],
      };
    }
    case 'fence': {
      const { service, had, least } = repair;
      const before = had === 0 ? '' : String(had);
      return {
        script: 'repair-field.lua',
        keys: [keys.service(service).record, keys.repairLog],
        args: [op, 'fence', before, least, '', entryOf(repairText(repair), note, had, least)],
      };
    }
  }
}

function recountCall(keys: Keys, repair: Of<'recount'>, note: RepairNote, op: string): Call {
  const { status, counter, recount, recounts, sequence } = repair;
  const entry = entryOf(repairText(repair), note, counter, recount);
  return {
    script: 'repair-counter.lua',
    keys: [keys.counters, keys.repairLog],
    args: [op, status, counter, recount, recounts, sequence, entry],
  };
}

function indexCall(keys: Keys, repair: Of<'index'>, note: RepairNote, op: string): Call {
  const { place, deploymentId, put, revision, score } = repair;
  const entry = entryOf(repairText(repair), note, !put, put);
  const kind = place.name === 'limit' ? 'plain' : 'sorted';
  return {
    script: 'repair-index.lua',
    keys: [keys.deployment(deploymentId).record, indexKey(keys, place), keys.repairLog],
    args: [op, deploymentId, revision ?? '', put ? 'put' : 'remove', kind, score ?? '', entry],
  };
}

function indexKey(keys: Keys, place: IndexPlace): string {
  if (place.name === 'limit') return `${keys.prefix}:limit:${place.key}`;
  return place.name === 'service_history' ? keys.service(place.service).history : keys[place.name];
}

function slotCall(keys: Keys, repair: Of<'slot'>, note: RepairNote, op: string): Call {
  const { service, deploymentId, revision, act } = repair;
  const { record, line } = keys.service(service);
  const entry = entryOf(repairText(repair), note, null, act);
  return {
    script: 'repair-slot.lua',
    keys: [keys.deployment(deploymentId).record, record, line, keys.due, keys.repairLog],
    args: [op, deploymentId, revision ?? '', act, keys.prefix, entry],
  };
}

function activeCall(keys: Keys, repair: Of<'active'>, note: RepairNote, op: string): Call {
  const { had, active, stable } = repair;
  const { record, stable: key } = keys.service(had);
  const before = { active: had.rawActive, stable: had.rawStable };
  const entry = entryOf(repairText(repair), note, before, { active, stable });
  return {
    script: 'repair-active.lua',
    keys: [record, keys.active, key, keys.repairLog],
    args: [
      ...[op, serviceKey(had), keys.prefix, had.rawActive ?? ''],
      ...[active === null ? '' : JSON.stringify(active), had.revision, entry],
      ...[had.rawStable.length, ...had.rawStable],
      ...[stable.length, ...stable.map((each) => JSON.stringify(each))],
    ],
  };
}

/** For the log; the script adds the operation and the moment. */
export const entryOf = (
  what: string,
  { by, reason }: RepairNote,
  before: unknown,
  after: unknown,
): string => JSON.stringify({ by, reason, what, before, after });
