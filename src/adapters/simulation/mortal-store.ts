import type { DeploymentStore } from '../../domain/ports/deployment-store.js';

/** The worker behind a store is dead: everything it still asks for ends in this. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

export interface Death {
  /** At which call to its store, from 1. */
  readonly nth: number;
  /** Whether that call still takes effect. Default `before`: it does not. */
  readonly moment?: 'before' | 'after';
}

type Ask<Args extends readonly unknown[], Answer> = (...args: Args) => Promise<Answer>;

/** A store as one worker sees it who dies: the n-th call throws, as does every one behind it. */
export function mortalStore(
  store: DeploymentStore,
  { nth, moment = 'before' }: Death,
): DeploymentStore {
  let calls = 0;
  const dying =
    <Args extends readonly unknown[], Answer>(
      name: string,
      ask: Ask<Args, Answer>,
    ): Ask<Args, Answer> =>
    async (...args) => {
      calls += 1;
      if (calls < nth) return ask(...args);
      if (calls === nth && moment === 'after') await ask(...args);
      throw new WorkerDied(`the worker died at call ${nth} to its store: ${name}`);
    };
  return {
    create: dying('create', (deployment, events) => store.create(deployment, events)),
    load: dying('load', (id) => store.load(id)),
    service: dying('service', (ref) => store.service(ref)),
    claim: dying('claim', (id, request) => store.claim(id, request)),
    append: dying('append', (transition) => store.append(transition)),
    renew: dying('renew', (id, fence, leaseMs) => store.renew(id, fence, leaseMs)),
    release: dying('release', (id, fence, dueAt, leave) => store.release(id, fence, dueAt, leave)),
    overdue: dying('overdue', (limit) => store.overdue(limit)),
    postpone: dying('postpone', (id, ms) => store.postpone(id, ms)),
    renewWork: dying('renewWork', (id) => store.renewWork(id)),
    lead: dying('lead', (worker, leaseMs) => store.lead(worker, leaseMs)),
  };
}
