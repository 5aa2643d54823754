import { serviceKey } from '../../../domain/model/ids.js';
import {
  dueAt,
  fencesOff,
  isNewWork,
  placeInLine,
} from '../../../domain/orchestrator/claim/work-plan.js';
import { isTerminal } from '../../../domain/model/deployment/plan-state.js';
import { MOST_STABLE, MOST_TAKEN_BACK } from '../../../domain/model/active-deployment.js';
import type { ServiceWrite, Transition } from '../../../domain/ports/deployment-store.js';
import { changedTargets, counted, eventArguments, progressFields } from './deployment-codec.js';
import type { Keys } from '../connection/keys.js';
import { encodeStatus } from '../services/service-codec.js';

export const MOST_EVENTS = 1_000_000;

export const flag = (value: boolean): string => (value ? '1' : '0');

/** What a script is given. */
export interface ScriptInput {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
}

/** A transition as append-transition.lua takes it. */
export function appendInput(
  keys: Keys,
  transition: Transition,
  op: string,
  /** The fence and who it was given to. */
  named: string,
): ScriptInput {
  const { before, after, events, service: write, release } = transition;
  const { id, service, environment, version, createdAt } = after;
  const { status } = after.state;
  const own = keys.deployment(id);
  const its = keys.service(after);
  const { counters, active, events: all, open, due, ended } = keys;
  return {
    // prettier-ignore
    keys: [own.record, own.targets, own.events, its.record, its.line, its.stable, its.targets, counters, active, all, open, due, ended, its.takenBack],
    args: [
      ...[op, id, before.revision, named, flag(release), status],
      ...[flag(isTerminal(status)), flag(isNewWork(transition)), dueAt(after) ?? ''],
      ...[placeInLine(before, after), activeArgument(write), stableArgument(write)],
      ...[write.revision ?? '', serviceKey(after), service, environment, version],
      ...[MOST_EVENTS, createdAt],
      write.automationHold === undefined ? '' : JSON.stringify(write.automationHold),
      ...[keys.prefix, flag(fencesOff(transition)), MOST_STABLE],
      ...[replacedBy(write), MOST_TAKEN_BACK],
      ...counted(progressFields(after, before), 2),
      ...counted(changedTargets(after, before), 2),
      ...counted(
        write.targets.flatMap(([target, known]) => [target, encodeStatus(known)]),
        2,
      ),
      ...counted(
        (write.takenBack ?? []).map((entry) => JSON.stringify(entry)),
        1,
      ),
      ...counted(eventArguments(before, events), 7),
    ],
  };
}

function activeArgument({ active }: ServiceWrite): string {
  if (active === undefined) return '';
  return active === null ? '-' : JSON.stringify(active);
}

function stableArgument({ stable }: ServiceWrite): string {
  if (stable === undefined) return '';
  return stable === 'pop' ? 'pop' : JSON.stringify(stable.push);
}

const replacedBy = ({ stable }: ServiceWrite): number =>
  typeof stable === 'object' ? (stable.over ?? 0) : 0;
