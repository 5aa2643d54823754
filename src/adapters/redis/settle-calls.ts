import { serviceKey } from '../../domain/ids.js';
import { dueAt, placeInLine } from '../../domain/orchestrator/work-plan.js';
import type { Transition } from '../../domain/ports/deployment-store.js';
import type { RepairNote } from '../../domain/repair/repair.js';
import { type Settlement, settlementText } from '../../domain/repair/settle.js';
import {
  changedTargets,
  counted,
  eventArguments,
  knownFields,
  progressFields,
} from './deployment-codec.js';
import type { Keys } from './keys.js';
import { type Call, entryOf } from './repair-calls.js';

const MOST_EVENTS = 1_000_000;

export function settleCall(keys: Keys, settlement: Settlement, note: RepairNote, op: string): Call {
  const { place, target, fact, active, transition } = settlement;
  const its = keys.service(place);
  const fence = place.fence === 0 ? '' : place.fence;
  const becomes = transition === null ? active : place.stack[0];
  const entry = entryOf(settlementText(settlement), note, place.active, becomes ?? place.active);
  if (transition !== null) return completeCall(keys, settlement, transition, entry, op);
  return {
    script: 'settle-target.lua',
    keys: [its.record, its.targets, keys.active, keys.repairLog],
    args: [
      ...[op, serviceKey(place), keys.prefix, fence, place.rawActive ?? ''],
      ...[active === null ? '' : JSON.stringify(active), target, JSON.stringify(fact), entry],
    ],
  };
}

/** As the store appends a transition, and behind that what it rests on. */
function completeCall(
  keys: Keys,
  { place, target, fact }: Settlement,
  { before, after, events, effect }: Transition,
  entry: string,
  op: string,
): Call {
  const { id, service, environment, version, createdAt } = after;
  const own = keys.deployment(id);
  const its = keys.service(after);
  const { counters, active, events: all, open, due, ended, repairLog } = keys;
  const known = [...knownFields(after, events), target, JSON.stringify(fact)];
  return {
    script: 'settle-deployment.lua',
    // prettier-ignore
    keys: [own.record, own.targets, own.events, its.record, its.line, its.stack, its.targets, counters, active, all, open, due, ended, repairLog],
    args: [
      ...[op, id, before.revision, '', '0', after.state.status],
      ...['1', '0', dueAt(after) ?? '', placeInLine(before, after), effect.kind, '', ''],
      ...[serviceKey(after), service, environment, version, MOST_EVENTS, createdAt, ''],
      ...[keys.prefix, '0'],
      ...counted([...progressFields(after, before), 'op', op], 2),
      ...counted(changedTargets(after, before), 2),
      ...counted(known, 2),
      ...counted(eventArguments(before, events), 7),
      ...[place.fence, place.rawActive ?? '', entry],
    ],
  };
}
