import { serviceKey } from '../../../domain/model/ids.js';
import type { Transition } from '../../../domain/ports/deployment-store.js';
import type { RepairNote } from '../../../domain/repair/repair.js';
import { type Settlement, settlementText } from '../../../domain/repair/settle.js';
import { appendInput } from '../deployments/append-call.js';
import type { Keys } from '../connection/keys.js';
import { type Call, entryOf } from './repair-calls.js';
import { encodeStatus } from '../services/service-codec.js';

export function settleCall(keys: Keys, settlement: Settlement, note: RepairNote, op: string): Call {
  const { place, target, fact, active, transition } = settlement;
  const its = keys.service(place);
  const fence = place.fence === 0 ? '' : place.fence;
  const becomes = transition === null ? active : place.stable[0];
  const entry = entryOf(settlementText(settlement), note, place.active, becomes ?? place.active);
  if (transition !== null) return completeCall(keys, settlement, transition, entry, op);
  return {
    script: 'settle-target.lua',
    keys: [its.record, its.targets, keys.active, keys.repairLog],
    args: [
      ...[op, serviceKey(place), keys.prefix, fence, place.revision, place.rawActive ?? ''],
      ...[active === null ? '' : JSON.stringify(active), target, encodeStatus(fact), entry],
    ],
  };
}

/** As the store appends a transition, and behind that what it rests on. */
function completeCall(
  keys: Keys,
  { place }: Settlement,
  transition: Transition,
  entry: string,
  op: string,
): Call {
  const append = appendInput(keys, transition, op, '');
  return {
    script: 'settle-deployment.lua',
    keys: [...append.keys, keys.repairLog],
    args: [...append.args, place.fence, place.rawActive ?? '', entry],
  };
}
