import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { audit, type AuditOptions, type AuditReport } from '../../../src/domain/audit/audit.js';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type {
  AuditSource,
  ServiceSnapshot,
  Snapshot,
  StoredDeployment,
} from '../../../src/domain/ports/audit-source.js';
import { EventTape } from '../../cli/event-tape.js';
import { aRecord } from '../../support/cluster.js';
import { aDraft, API } from '../../support/fixtures.js';
import { StoreHand } from '../../support/store-hand.js';

/** A store in memory, and an audit to which it may be shown other than it is. */
export class AuditWorld {
  readonly #record = aRecord(systemClock);
  readonly state = this.#record.state;
  readonly tape = new EventTape();
  readonly store = this.tape.recording(this.#record.store);
  readonly hand = new StoreHand(this.store, this.#record.index);
  readonly source = new MemoryAuditSource(this.state, this.tape.events);

  audit(shown: Partial<AuditSource> = {}, options: AuditOptions = {}): Promise<AuditReport> {
    return audit(showing(this.source, shown), options);
  }

  /** What was found, as `invariant: message`. */
  async found(shown: Partial<AuditSource> = {}, options: AuditOptions = {}) {
    const { findings } = await this.audit(shown, options);
    return findings.map(({ invariant, message }) => `${invariant}: ${message}`);
  }

  /** Deployments shown as this makes them. */
  deploymentsAs(change: (snapshot: StoredDeployment) => Snapshot): Partial<AuditSource> {
    const { source } = this;
    async function* snapshots(ids: readonly DeploymentId[]): AsyncGenerator<readonly Snapshot[]> {
      for await (const group of source.snapshots(ids)) {
        yield group.map((each) => (each.kind === 'stored' ? change(each) : each));
      }
    }
    return { snapshots };
  }

  /** The service shown as this makes it. */
  serviceAs(change: Partial<ServiceSnapshot>): Partial<AuditSource> {
    return {
      servicesNow: async () => {
        const { sequence, services } = await this.source.servicesNow([API]);
        return { sequence, services: services.map((service) => ({ ...service, ...change })) };
      },
    };
  }

  async completed(version: string): Promise<DeploymentId> {
    const { id } = await this.hand.create({ version });
    await this.hand.complete(id);
    return id;
  }

  async limited(version: string, most = 1): Promise<DeploymentId> {
    const { deployment, events } = aDraft({ approve: true, version });
    const plan = { ...deployment.plan, limits: [{ key: 'k', most }] };
    await this.store.create({ ...deployment, plan }, events);
    return deployment.id;
  }
}

export function showing(source: AuditSource, shown: Partial<AuditSource>): AuditSource {
  return new Proxy(source, {
    get(target, name) {
      const other: unknown = Reflect.get(shown, name);
      const value: unknown = other ?? Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(other ? shown : target) : value;
    },
  });
}

export async function* pagesOf<T>(
  ...pages: readonly (readonly T[])[]
): AsyncGenerator<readonly T[]> {
  yield* pages;
}

export async function* linesOf(...lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}
