import { difference } from '../../src/domain/audit/findings/difference.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { isTerminal, PLAN_STATUSES } from '../../src/domain/model/deployment/plan-state.js';
import type { ModelDeployment } from './model-entries.js';
import { within } from './moment.js';
import type { Remembered, RememberedDeployment } from './remembered.js';
import type { StoreModel } from './store-model.js';

/** With its map as an object, which is what comes out of a JSON text. */
export const plain = (deployment: Deployment) => ({
  ...deployment,
  targets: Object.fromEntries(deployment.targets),
});

/** Where a store remembers something else than the model does. Knows what it has found to be the same. */
export class Comparison {
  readonly #model: StoreModel;
  readonly #exact: boolean;
  readonly #same = new WeakMap<object, object>();

  /** @param exact whether times are compared too */
  constructor(model: StoreModel, exact: boolean) {
    this.#model = model;
    this.#exact = exact;
  }

  faults(found: Remembered): readonly string[] {
    const { deployments, services, active, limits, ended, stream } = this.#model;
    const faults: string[] = [];
    const compare = (what: string, actual: unknown, expected: unknown): void => {
      const fault = difference(actual, expected);
      if (fault !== null) faults.push(`${what}: ${fault}`);
    };
    for (const [id, entry] of deployments) {
      const its = found.deployments.get(id);
      if (its === undefined) faults.push(`${id} is missing`);
      else faults.push(...this.#deploymentFaults(its, entry).map((fault) => `${id}: ${fault}`));
    }
    for (const [key, expected] of services) compare(key, found.services.get(key), expected);
    if (!this.#known(found.active, active)) compare('active', found.active, active);
    compare('limits', found.limits, membersOf(limits));
    compare('ended', found.ended, ended);
    compare('counters', this.#counted(found), this.#recount());
    compare('open', found.open, this.#open());
    if (found.stream !== null) {
      const tail = Math.max(0, stream.length - 10);
      compare('stream', found.stream.length, stream.length);
      compare('stream', found.stream.slice(tail), stream.slice(tail));
    }
    return faults;
  }

  #deploymentFaults(found: RememberedDeployment, entry: ModelDeployment): readonly string[] {
    const faults: string[] = [];
    const { deployment, events, fence, lease, due } = entry;
    if (!this.#known(found.deployment, deployment)) {
      const fault = difference(plain(found.deployment), plain(deployment));
      if (fault !== null) faults.push(fault);
    }
    if (found.events.length !== events.length) {
      faults.push(`${found.events.length} events, not ${events.length}`);
    }
    if (!this.#known(found.events, deployment)) {
      const fault = difference(found.events, events);
      if (fault !== null) faults.push(`events: ${fault}`);
    }
    if (found.fence !== fence) faults.push(`fence ${found.fence}, not ${fence}`);
    if (!agrees(found.leaseUntil, lease)) {
      faults.push(`leased until ${found.leaseUntil}, not ${JSON.stringify(lease)}`);
    }
    const sameDue = this.#exact ? agrees(found.due, due) : (found.due === null) === (due === null);
    if (!sameDue) faults.push(`due at ${found.due}, not ${JSON.stringify(due)}`);
    return faults;
  }

  /** Whether these two were the same already; they are from now on, or a fault is told. */
  #known(found: object, expected: object): boolean {
    if (this.#same.get(found) === expected) return true;
    this.#same.set(found, expected);
    return false;
  }

  #counted({ counters }: Remembered): Readonly<Record<string, number>> {
    const counted = PLAN_STATUSES.map((status) => [status, counters[status] ?? 0] as const);
    const { sequence = 0 } = counters;
    return { ...Object.fromEntries(counted), ...(this.#exact && { sequence }) };
  }

  #recount(): Readonly<Record<string, number>> {
    const all = [...this.#model.deployments.values()].map(({ deployment }) => deployment.state);
    const counted = PLAN_STATUSES.map(
      (status) => [status, all.filter((state) => state.status === status).length] as const,
    );
    const sequence = this.#model.stream.length;
    return { ...Object.fromEntries(counted), ...(this.#exact && { sequence }) };
  }

  #open(): readonly string[] {
    return [...this.#model.deployments]
      .filter(([, { deployment }]) => !isTerminal(deployment.state.status))
      .map(([id]) => id)
      .toSorted();
  }
}

const membersOf = (limits: StoreModel['limits']) =>
  Object.fromEntries(
    [...limits]
      .filter(([, members]) => members.size > 0)
      .map(([key, members]) => [key, [...members].toSorted()] as const),
  );

const agrees = (found: number | null, expected: Parameters<typeof within>[1] | null): boolean =>
  found === null || expected === null ? found === expected : within(found, expected);
