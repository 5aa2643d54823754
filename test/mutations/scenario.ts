import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import type { Finding } from '../../src/domain/audit/findings/finding.js';
import {
  type DeploymentId,
  environmentName,
  serviceName,
  type TargetId,
} from '../../src/domain/model/ids.js';
import { workOwed } from '../../src/domain/model/deployment/work-owed.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { ANYTHING, type TargetStatus } from '../../src/domain/model/target-status.js';
import type { LimitKey } from '../../src/domain/model/plan/limits.js';
import type { DeploymentStore } from '../../src/domain/ports/deployment-store.js';
import { setTimeout as pause } from 'node:timers/promises';
import { aDraft, type DeploymentFixture, eventsOf, fold, record } from '../support/fixtures.js';
import { Auditor } from './auditor.js';
import { LedgerTargets, type TargetFaults } from './ledger-driver.js';
import { mutantRedis, type ScriptMutation } from './mutant-redis.js';
import { chanceFrom } from '../support/chance.js';
import { SmallWorld } from './small-world.js';

/** What is planted: in the scripts, in the targets, or between the workers and the store. */
export interface Mutation {
  readonly scripts?: readonly ScriptMutation[];
  readonly targets?: TargetFaults;
  readonly wrapStore?: (store: DeploymentStore) => DeploymentStore;
}

export interface Played {
  readonly findings: readonly Finding[];
  /** How often the planted script ran. */
  readonly applied: number;
  readonly audits: number;
  readonly deployments: number;
}

const SIX = ['web-1', 'web-2', 'web-3', 'web-4', 'web-5', 'web-6'];
const SHARED: readonly LimitKey[] = [{ key: 'label:tier=db', most: 1 }];

/** A few services in four seconds, with everything that may go wrong in them; audited all the while. */
export async function play(
  { url, namespace }: { readonly url: string; readonly namespace: string },
  seed: number,
  { scripts = [], targets: faults = {}, wrapStore = (store) => store }: Mutation = {},
): Promise<Played> {
  const connection = patientConnection(url);
  const random = chanceFrom(seed);
  const { client, applied } = mutantRedis(connection.client, scripts);
  const targets = new LedgerTargets(faults, () => 3 + random() * 9);
  const world = new SmallWorld({ redis: client, namespace, targets, random, wrapStore });
  const auditor = new Auditor(new RedisAuditSource(connection.client, namespace), targets);
  try {
    world.start();
    const audits = auditor.run();
    await new Scenario(world, targets).play();
    await world.stop();
    auditor.stop();
    await audits;
    await auditor.once();
    const { findings, deployments, count } = auditor;
    return { findings, applied: applied(), audits: count, deployments };
  } finally {
    await world.stop();
    await connection.close();
  }
}

class Scenario {
  readonly #world: SmallWorld;
  readonly #targets: LedgerTargets;

  constructor(world: SmallWorld, targets: LedgerTargets) {
    this.#world = world;
    this.#targets = targets;
  }

  async play(): Promise<void> {
    const world = this.#world;
    const [a, b, c, d] = await Promise.all(
      ['a', 'b', 'c', 'd'].map((service) => this.#deploy(service, 'v1')),
    );
    await world.ended(a!, b!, c!, d!);
    await Promise.all([this.#crowd(), this.#failures(), this.#together()]);
    await this.#zombieCall();
    await this.#zombieWrite();
    await this.#twoPeople();
    await this.#leaveOpen();
  }

  /** Three at once on one service, and the last two taken back. */
  async #crowd(): Promise<void> {
    const ids = [];
    for (const version of ['v2', 'v3', 'v4']) ids.push(await this.#deploy('a', version));
    await this.#world.ended(...ids);
    for (const id of ids.slice(1).toReversed()) {
      await this.#world.give(id, { type: 'rollback', reason: 'slow' });
      await this.#world.ended(id);
    }
  }

  async #failures(): Promise<void> {
    await this.#world.ended(await this.#deploy('b', 'bad'));
    await this.#world.ended(await this.#deploy('b', 'v2'));
  }

  /** Two services that share a limit. */
  async #together(): Promise<void> {
    const ids = await Promise.all([
      this.#deploy('c', 'v2', { limits: SHARED }),
      this.#deploy('d', 'v2', { limits: SHARED }),
    ]);
    await this.#world.ended(...ids);
  }

  /** Frozen between its word and its deed: it wakes up when others have been there. */
  async #zombieCall(): Promise<void> {
    const before = this.#targets.fenceOf('b', 'web-3');
    const frozen = this.#world.freezeAt('call b web-3');
    const id = await this.#deploy('b', 'v3', { targets: SIX });
    await this.#world.until(() => this.#targets.fenceOf('b', 'web-3') > before);
    await pause(15);
    frozen.worker()?.thaw();
    await this.#world.ended(id);
  }

  /** Frozen between its deed and its word: it wakes up while whoever took over is in mid-step. */
  async #zombieWrite(): Promise<void> {
    const frozen = this.#world.freezeAt('answer c web-2');
    const id = await this.#deploy('c', 'v3', { targets: SIX });
    await this.#world.until(() => frozen.worker() !== null);
    const next = this.#world.freezeAt('call c web-3');
    await this.#world.until(() => next.worker() !== null);
    frozen.worker()?.thaw();
    await pause(180);
    next.worker()?.thaw();
    await this.#world.ended(id);
  }

  /** Both have read the same draft; one of them comes too late. */
  async #twoPeople(): Promise<void> {
    const id = await this.#deploy('d', 'v3', { approve: false });
    const before = await this.#world.store.load(id);
    if (!before) return;
    const overrides = ['ann', 'bob'].map((by) => ({ type: 'override', by, reason: by }) as const);
    for (const order of overrides) {
      const events = record(before, eventsOf(before, order), Date.now());
      const after = fold(before, eventsOf(before, order));
      const folded = { ...after, progress: { ...after.progress } };
      const { store } = this.#world;
      const service = { targets: [], revision: null };
      await store.append({ before, after: folded, events, service, fence: null, release: false });
    }
    await this.#oldNews(before);
    await this.#world.give(id, { type: 'cancel', reason: 'both changed their minds' });
  }

  /** Written of what the service was before its last deployment. */
  async #oldNews({ id, ...ref }: Deployment): Promise<void> {
    const { store } = this.#world;
    const before = await store.load(id);
    const { targets, revision } = await store.service(ref);
    const [first] = targets;
    if (!before || first === undefined) return;
    const order = { type: 'override', by: 'eve', reason: 'eve' } as const;
    const events = record(before, eventsOf(before, order), Date.now());
    const after = fold(before, eventsOf(before, order));
    const old: [TargetId, TargetStatus] = [first[0], { ...first[1], version: [ANYTHING] }];
    const service = { targets: [old], revision: revision - 1 };
    await store.append({ before, after, events, service, fence: null, release: false });
  }

  /**
   * What an audit may find on any day: two in their verification under a limit
   * of one, others behind them in line, a draft, and work whose job was lost.
   */
  async #leaveOpen(): Promise<void> {
    await this.#deploy('a', 'v5');
    const slow = await this.#deploy('a', 'slow', { limits: SHARED });
    await this.#deploy('a', 'v6');
    await this.#verifying(slow);
    await this.#deploy('b', 'slow', { limits: SHARED });
    await this.#deploy('d', 'v4', { approve: false });
    await pause(200);
    // A draft that never ends is looked after by nobody before it is approved.
    const late = await this.#deploy('e', 'v1', {
      approve: false,
      policy: { approvalExpiry: null },
    });
    await this.#world.give(late, { type: 'approve', by: 'ann' }, false);
  }

  async #verifying(id: DeploymentId): Promise<void> {
    await this.#world.until(async () => {
      const state = (await this.#world.store.load(id))?.state;
      return state?.status === 'verifying' && state.attempt > 0;
    });
  }

  /** Everything is sent twice, as after a lost reply. */
  async #deploy(
    service: string,
    version: string,
    {
      limits = [],
      ...fixture
    }: Pick<DeploymentFixture, 'approve' | 'targets' | 'policy'> & {
      limits?: readonly LimitKey[];
    } = {},
  ): Promise<DeploymentId> {
    const ref = { environment: environmentName('production'), service: serviceName(service) };
    const targets = ['web-1', 'web-2', 'web-3'];
    const at = Date.now();
    const drafted = aDraft({ approve: true, targets, ...fixture, ref, version, removes: true, at });
    const { plan } = drafted.deployment;
    const deployment = { ...drafted.deployment, plan: { ...plan, limits } };
    await this.#world.store.create(deployment, drafted.events);
    await this.#world.store.create(deployment, drafted.events);
    const owed = workOwed(deployment);
    if (owed) this.#world.publish(owed);
    return deployment.id;
  }
}
