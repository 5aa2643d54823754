import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { DeploymentStore, Transition } from '../../src/domain/ports/deployment-store.js';
import { ok } from '../../src/domain/model/result.js';
import type { Planted } from './planted.js';

/** Stands between the workers and the store, and changes what is written. */
const rewriting =
  (rewrite: (transition: Transition) => Transition | 'kept back') =>
  (store: DeploymentStore): DeploymentStore =>
    new Proxy(store, {
      get(target, name) {
        if (name !== 'append') {
          const value: unknown = Reflect.get(target, name);
          return typeof value === 'function' ? value.bind(target) : value;
        }
        return async (transition: Transition) => {
          const changed = rewrite(transition);
          if (changed === 'kept back') {
            const revision = transition.service.revision ?? 0;
            return ok({ run: transition.before.run, handedTo: null, service: { revision } });
          }
          return target.append(changed);
        };
      },
    });

const has = ({ events }: Transition, type: string): boolean =>
  events.some(({ event }) => event.type === type);

/** The same transition without some of its events, numbered anew. */
function without(transition: Transition, type: string): Transition {
  const { before } = transition;
  const events = transition.events
    .filter(({ event }) => event.type !== type)
    .map((recorded, at): RecordedEvent => ({ ...recorded, sequence: before.revision + at + 1 }));
  const after = events.reduce<Deployment>(evolve, before);
  return { ...transition, events, after: { ...after, run: transition.after.run } };
}

/** Faults of workers, drivers and targets, by what goes wrong. */
export const IN_WORKERS: Readonly<Record<string, Planted>> = {
  'a worker does not write its intent down': {
    caughtBy: ['ledger_intent'],
    wrapStore: rewriting((transition) =>
      has(transition, 'deployment.target_started') && transition.events.length === 1
        ? 'kept back'
        : transition,
    ),
  },
  'a worker completes what it did not verify': {
    caughtBy: ['transition_legal'],
    wrapStore: rewriting((transition) =>
      has(transition, 'deployment.verified')
        ? without(transition, 'deployment.verified')
        : transition,
    ),
  },
  'a worker writes that an old fence did it': {
    caughtBy: ['fence_rising'],
    wrapStore: rewriting((transition) => {
      const events = transition.events.map((recorded): RecordedEvent => {
        const { event } = recorded;
        if (event.type !== 'deployment.target_started') return recorded;
        return { ...recorded, event: { ...event, fence: Math.max(0, event.fence - 1) } };
      });
      const after = events.reduce<Deployment>(evolve, transition.before);
      return { ...transition, events, after: { ...after, run: transition.after.run } };
    }),
  },
  'a target lets an old fence act': { caughtBy: ['ledger_fence'], targets: { unfenced: true } },
  'a call is carried out twice': { caughtBy: ['ledger_once'], targets: { twice: true } },
  'a driver answers for what it did not do': {
    caughtBy: ['ledger_evidence'],
    targets: { lying: true },
  },
  'a target takes another version than it was given': {
    caughtBy: ['ledger_active'],
    targets: { other: true },
  },
};
