import type { Deployment } from '../../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../../domain/model/deployment/plan-event.js';
import { evolveState } from '../../../domain/plan/fold/evolve-state.js';
import { serviceKey } from '../../../domain/model/ids.js';
import { placesInHand } from '../../../domain/model/plan/places-in-hand.js';

/** What never changes once a deployment is created; one field of its hash. */
export type Head = Pick<
  Deployment,
  | 'id'
  | 'service'
  | 'environment'
  | 'version'
  | 'plan'
  | 'createdAt'
  | 'requestedBy'
  | 'trigger'
  | 'rollback'
  | 'idempotencyKey'
  | 'digest'
  | 'metadata'
>;

export function headFields(deployment: Deployment): string[] {
  const { id, service, environment, version, plan, createdAt } = deployment;
  const { requestedBy, trigger, rollback, idempotencyKey, digest, metadata } = deployment;
  const head: Head = {
    id,
    service,
    environment,
    version,
    plan,
    createdAt,
    requestedBy,
    trigger,
    rollback,
    idempotencyKey,
    digest,
    metadata,
  };
  const svc = serviceKey(deployment);
  const run = String(deployment.run);
  const { limits } = plan;
  // Read by the claim script, which knows nothing of plans.
  const counted = limits.length > 0 ? ['limits', JSON.stringify(limits)] : [];
  const places = placesInHand(plan);
  const inHand = places.length > 0 ? ['places', JSON.stringify(places)] : [];
  return [
    ...counted,
    ...inHand,
    'head',
    JSON.stringify(head),
    'svc',
    svc,
    'digest',
    digest,
    'run',
    run,
    'fence',
    '0',
  ];
}

/** The fields that events may change; only those that differ from `before` are written. */
export function progressFields(after: Deployment, before?: Deployment): string[] {
  const fields = ['rev', String(after.revision), 'status', after.state.status];
  const put = (name: string, value: unknown, was: unknown): void => {
    if (value !== was) fields.push(name, JSON.stringify(value));
  };
  put('state', after.state, before?.state);
  put('previous', after.previous, before?.previous ?? null);
  put('declared', after.declared, before?.declared ?? null);
  put('shares', after.shares, before?.shares ?? null);
  put('takesBack', after.takesBack, before?.takesBack ?? null);
  put('progress', after.progress, before?.progress);
  put('analyses', after.analyses, before?.analyses);
  put('health', after.health, before?.health ?? null);
  put('succeeded', after.succeeded, before?.succeeded ?? false);
  put('startedAt', after.startedAt, before?.startedAt ?? null);
  put('endedAt', after.endedAt, before?.endedAt ?? null);
  return fields;
}

/** Id and progress of each target of which something else is known: what both share is not looked at. */
export function changedTargets({ targets }: Deployment, before: Deployment): string[] {
  return targets
    .changedSince(before.targets)
    .flatMap(([id, progress]) => [id, JSON.stringify(progress)]);
}

/** Seven arguments for each event, as includes/events.lua takes them. */
export function eventArguments(before: Deployment, events: readonly RecordedEvent[]): string[] {
  let { state } = before;
  return events.flatMap(({ at, actor, sequence, event }) => {
    state = evolveState(state, event, at);
    const { type, ...data } = event;
    const told = JSON.stringify(data);
    const by = JSON.stringify(actor);
    // The event again, of the parts that are text already: this is on the way of every write.
    const fields = told === '{}' ? '' : `,${told.slice(1, -1)}`;
    const entry = `{"at":${at},"actor":${by},"event":{"type":"${type}"${fields}}}`;
    return [type, timeOf(at), String(sequence), state.status, actor, told, entry];
  });
}

const timeOf = (at: number): string => new Date(at).toISOString();

/** A list behind the number of its items, as the scripts read lists. */
export const counted = (flat: readonly string[], width: number): (string | number)[] => [
  flat.length / width,
  ...flat,
];
