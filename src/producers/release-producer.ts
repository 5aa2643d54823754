import {
  memberDeploymentId,
  newRelease,
  type ReleaseRequestInput,
  ReleaseRequestSchema,
} from '../contracts/release.schema.js';
import type { DeploymentId, ServiceName } from '../domain/model/ids.js';
import type { Clock } from '../domain/ports/clock.js';
import type { ConfigurationsInForce } from '../domain/fleet/approval-in-force.js';
import { approvalRefusal } from '../domain/policy/approvers-left.js';
import type { DeploymentStore } from '../domain/ports/deployment-store.js';
import type { PromotionStore } from '../domain/promotion/promotion-store.js';
import type { ReleaseStore } from '../domain/release/release-store.js';
import type { Promotion, PromotionId } from '../domain/promotion/promotion.js';
import { approvePromotion } from '../domain/promotion/promotion-owed.js';
import type { Member, Release } from '../domain/release/release.js';
import {
  cancelRelease,
  type ReleaseAnswer,
  retryRelease,
} from '../domain/release/release-commands.js';
import type { ReleaseId } from '../domain/release/release-id.js';
import { checkPerson, checkReason } from './check-said.js';
import { CommandRefused, type Said } from './deployment-producer.js';
import { checkRequest, InvalidRequest } from './publish-job.js';

export interface ReleaseProducerPorts {
  readonly releases: Pick<ReleaseStore, 'create' | 'load' | 'save'>;
  readonly promotions: Pick<PromotionStore, 'load' | 'write'>;
  readonly store: Pick<DeploymentStore, 'load'>;
  /** Who must approve what, by the configuration of now. */
  readonly configurations: Pick<ConfigurationsInForce, 'approval'>;
  readonly clock: Pick<Clock, 'now'>;
  /** An id no other release has. */
  readonly newReleaseId: () => ReleaseId;
}

/** What a caller says of a release; `schema` is ours to add. */
export type ReleaseRequest = Omit<ReleaseRequestInput, 'schema'>;

export interface StoredRelease {
  readonly release: Release;
  /** False where the same request was made before. */
  readonly created: boolean;
}

/** A worker writes now and then as well: a command is given again to what it left. */
const MOST_TRIES = 20;

/** Asks for releases and gives them and promotions their commands; the leading worker carries them out. */
export class ReleaseProducer {
  readonly #ports: ReleaseProducerPorts;

  constructor(ports: ReleaseProducerPorts) {
    this.#ports = ports;
  }

  /**
   * Stores a release, which begins within about a second.
   *
   * @throws InvalidRequest when a field breaks the contract, its id or key names another
   * request, or nobody could approve one of its deployments
   */
  async release(request: ReleaseRequest): Promise<StoredRelease> {
    const { releases, newReleaseId, clock } = this.#ports;
    const asked = checkRequest(ReleaseRequestSchema, { ...request, schema: 1 });
    const release = newRelease(asked, newReleaseId, clock.now());
    const known = (await releases.load(release.id)) !== undefined;
    const refused = known ? undefined : await this.#unapprovable(release, release.members);
    if (refused !== undefined) {
      const at = release.members.findIndex(({ service }) => service === refused.service);
      throw new InvalidRequest(`services.${at}`, `${refused.service}: ${refused.reason}`);
    }
    const stored = await releases.create(release);
    if (stored.ok) return stored.value;
    const field = asked.id === undefined ? 'idempotencyKey' : 'id';
    throw new InvalidRequest(field, `${release.id} is another release than this one`);
  }

  /**
   * Begins nothing more; what runs is left to end, and then `onFailure` decides.
   *
   * @throws CommandRefused when it has ended
   */
  async cancel(id: ReleaseId, reason: string, by: string): Promise<Release> {
    checkPerson(by);
    checkReason(reason);
    return this.#command(id, async (release) => cancelRelease(release, reason, by));
  }

  /**
   * Goes on with a release that stopped: what stands is kept, the rest begins anew.
   *
   * @throws CommandRefused when it has not ended, or was completed, or nobody could approve
   * one of the deployments that are still to come
   */
  async retry(id: ReleaseId, by: string, { reason }: Said = {}): Promise<Release> {
    checkPerson(by);
    if (reason !== undefined) checkReason(reason);
    const said = { by, reason: reason ?? null, at: this.#ports.clock.now() };
    return this.#command(id, async (release) => {
      const standing = await this.#standing(release);
      const retried = retryRelease(release, {
        standing,
        said,
        deploymentOf: (service, attempt) => memberDeploymentId(release, service, attempt),
      });
      const again = release.members.filter(({ service }) => !standing.has(service));
      const refused = retried.ok ? await this.#unapprovable(release, again) : undefined;
      if (refused !== undefined) {
        throw new CommandRefused(`cannot retry ${id}: ${refused.service}: ${refused.reason}`);
      }
      return retried;
    });
  }

  /**
   * Lets a promotion go on that waits for a person.
   *
   * @throws CommandRefused when there is none, or nothing can become of it any more
   */
  async promote(id: PromotionId, by: string): Promise<Promotion> {
    checkPerson(by);
    const { promotions, clock } = this.#ports;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await promotions.load(id);
      if (before === undefined) throw new CommandRefused(`no promotion ${id}`);
      const answer = approvePromotion(before, by, clock.now());
      if (!answer.ok) throw new CommandRefused(answer.error);
      const after = answer.value;
      if (after === before) return after;
      const lookInMs = Math.max(0, after.soakUntil - clock.now());
      if ((await promotions.write({ changes: [{ before, after, lookInMs }] })).ok) return after;
    }
    throw new Error(`${id} is written to all the time: the command could not be given`);
  }

  async #command(
    id: ReleaseId,
    decide: (release: Release) => Promise<ReleaseAnswer>,
  ): Promise<Release> {
    const { releases } = this.#ports;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const before = await releases.load(id);
      if (before === undefined) throw new CommandRefused(`no release ${id}`);
      const answer = await decide(before);
      if (!answer.ok) throw new CommandRefused(answer.error.message);
      if (answer.value === before) return before;
      if ((await releases.save(before, answer.value, 0)).ok) return answer.value;
    }
    throw new Error(`${id} is written to all the time: the command could not be given`);
  }

  /** The first of these that nobody could approve; nobody approves a way back. */
  async #unapprovable(
    { environment, requestedBy, rollback }: Release,
    members: readonly Member[],
  ): Promise<{ readonly service: ServiceName; readonly reason: string } | undefined> {
    if (rollback) return undefined;
    for (const { service } of members) {
      const inForce = await this.#ports.configurations.approval({ environment, service }, true);
      const reason = inForce && approvalRefusal(inForce.policy, requestedBy);
      if (reason !== null) return { service, reason };
    }
    return undefined;
  }

  /** Asked of the deployments themselves: somebody may have rolled one back, or retried it, since. */
  async #standing({ members }: Release): Promise<ReadonlySet<ServiceName>> {
    const completed = async (id: DeploymentId): Promise<boolean> =>
      (await this.#ports.store.load(id))?.state.status === 'completed';
    const stands = await Promise.all(members.map(({ deploymentId }) => completed(deploymentId)));
    return new Set(members.filter((_, at) => stands[at]).map(({ service }) => service));
  }
}
