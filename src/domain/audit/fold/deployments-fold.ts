import type { DeploymentId } from '../../model/ids.js';
import type { Deployment } from '../../model/deployment/deployment.js';
import { evolve } from '../../plan/fold/evolve.js';
import type { RecordedEvent } from '../../model/deployment/plan-event.js';
import { isTerminal } from '../../model/deployment/plan-state.js';
import type { AuditSource, Snapshot } from '../../ports/audit-source.js';
import type { DeploymentEvent } from '../../ports/event-log.js';
import { foldable } from './foldable.js';
import { unbegun } from './replay.js';

/** A deployment before and after one of its events. */
export interface Turn {
  readonly before: Deployment;
  readonly after: Deployment;
}

/**
 * The deployments behind the events of the stream. Each is looked up when its
 * events begin, and folded along with them until it ends: one event costs the
 * same, however many came before it.
 */
export class DeploymentsFold {
  readonly #source: Pick<AuditSource, 'snapshots'>;
  readonly #open = new Map<DeploymentId, Deployment>();

  constructor(source: Pick<AuditSource, 'snapshots'>) {
    this.#source = source;
  }

  /**
   * @param recorded the same events, as the deployments themselves remember them
   * @returns one for each event; `null` where its deployment is not kept any more
   */
  async turns(
    page: readonly DeploymentEvent[],
    recorded: readonly RecordedEvent[],
  ): Promise<readonly (Turn | null)[]> {
    const found = await this.#lookUp(page);
    return page.map((event, at) => {
      const known = found.get(event);
      const before = known === undefined ? (this.#open.get(event.deploymentId) ?? null) : known;
      const fact = recorded[at];
      const after = before && fact && foldable(() => evolve(before, fact));
      if (!after || isTerminal(event.state)) this.#open.delete(event.deploymentId);
      else this.#open.set(event.deploymentId, after);
      return before && after ? { before, after } : null;
    });
  }

  forget(): void {
    this.#open.clear();
  }

  /** Deployments as they stood before these events, where they are not being followed up to there. */
  async #lookUp(
    page: readonly DeploymentEvent[],
  ): Promise<ReadonlyMap<DeploymentEvent, Deployment | null>> {
    const begun = this.#notFollowed(page);
    const snapshots: Snapshot[] = [];
    for await (const group of this.#source.snapshots(begun.map((event) => event.deploymentId))) {
      snapshots.push(...group);
    }
    return new Map(begun.map((event, at) => [event, stoodBefore(event, snapshots[at])]));
  }

  #notFollowed(page: readonly DeploymentEvent[]): readonly DeploymentEvent[] {
    const last = new Map<DeploymentId, number | null>();
    return page.filter(({ deploymentId, sequence, state }) => {
      const here = last.get(deploymentId);
      const before = here === undefined ? this.#open.get(deploymentId)?.revision : here;
      last.set(deploymentId, isTerminal(state) ? null : sequence);
      return before !== sequence - 1;
    });
  }
}

function stoodBefore(
  { sequence, time }: DeploymentEvent,
  snapshot: Snapshot | undefined,
): Deployment | null {
  // One of the same id that was made after the first was pruned tells nothing of that one.
  const own = snapshot?.kind === 'stored' && snapshot.deployment.createdAt <= Date.parse(time);
  if (!own) return null;
  const { events, deployment } = snapshot;
  return foldable(() => events.slice(0, sequence - 1).reduce(evolve, unbegun(deployment)));
}
