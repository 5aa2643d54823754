import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { evolve } from '../../src/domain/plan/fold/evolve.js';
import type { RecordedEvent } from '../../src/domain/model/deployment/plan-event.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import type { DeploymentEvent, KeptEvents } from '../../src/domain/ports/event-log.js';
import type { ReadOptions } from '../../src/events/read-events.js';
import { sleep } from '../../src/cli/session/wake.js';

const never = new AbortController().signal;

/** The stream of all events, in memory. */
export class EventTape {
  readonly events: DeploymentEvent[] = [];
  /** Loses what is published while set, as a broken connection does. */
  mute = false;

  recording<Store extends DeploymentStore>(store: Store): Store {
    const create = store.create.bind(store);
    const append = store.append.bind(store);
    store.create = async (deployment, events) => {
      const answer = await create(deployment, events);
      if (answer.ok && answer.value.created) this.#add(deployment, events);
      return answer;
    };
    store.append = async (transition) => {
      const answer = await append(transition);
      if (answer.ok) this.#add(transition.before, transition.events);
      return answer;
    };
    return store;
  }

  kept(): KeptEvents | null {
    const [oldest] = this.events;
    return oldest === undefined
      ? null
      : { oldest: oldest.id, newest: this.events.at(-1)?.id ?? oldest.id };
  }

  async *read({
    from = 'now',
    signal = never,
    ...only
  }: ReadOptions): AsyncGenerator<DeploymentEvent> {
    let at = from === 'now' ? this.events.length : 0;
    if (typeof from === 'object') at = Number(from.after.split('-')[0]);
    while (!signal.aborted) {
      const event = this.events[at];
      if (event === undefined) {
        await sleep(5, signal);
        continue;
      }
      at += 1;
      if (only.deploymentId !== undefined && only.deploymentId !== event.deploymentId) continue;
      yield event;
    }
  }

  #add(before: Deployment, events: readonly RecordedEvent[]): void {
    if (this.mute) return;
    const { id: deploymentId, service, environment, version } = before;
    let folded = before;
    for (const recorded of events) {
      folded = evolve(folded, recorded);
      const { type, ...data } = recorded.event;
      const { sequence, at, actor } = recorded;
      const id = `${this.events.length + 1}-0`;
      const time = new Date(at).toISOString();
      const state = folded.state.status;
      const ref = { deploymentId, service, environment, version };
      this.events.push({ id, ...ref, sequence, type, time, state, actor, data });
    }
  }
}
