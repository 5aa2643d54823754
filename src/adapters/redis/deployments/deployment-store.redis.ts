import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceKey,
} from '../../../domain/model/ids.js';
import type { WorkOwed } from '../../../domain/model/deployment/work-owed.js';
import type { Deployment } from '../../../domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../../domain/model/deployment/plan-event.js';
import { isTerminal } from '../../../domain/model/deployment/plan-state.js';
import type {
  AppendAnswer,
  Claim,
  ClaimRequest,
  CreateAnswer,
  DeploymentStore,
  Renewal,
  Transition,
} from '../../../domain/ports/deployment-store.js';
import type { ServiceRecord } from '../../../domain/model/service-status.js';
import { err, ok } from '../../../domain/model/result.js';
import { appendInput, flag, MOST_EVENTS } from './append-call.js';
import { ClaimsInHand } from './claims-in-hand.js';
import type { RedisClient } from '../connection/connection.js';
import { counted, eventArguments, headFields, progressFields } from './deployment-codec.js';
import { decodeClaim, decodeDeployment, owed, refusalOf, type Reply } from './replies.js';
import { dueAt, firstPlace } from '../../../domain/orchestrator/claim/work-plan.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { type Durability, operationId, patiently, Script } from '../connection/load-scripts.js';
import { decodeService } from '../services/service-codec.js';
import { runReplicated } from '../connection/replicated-write.js';

const SCRIPTS = {
  create: new Script('create-deployment.lua'),
  append: new Script('append-transition.lua'),
  service: new Script('read-service.lua'),
  claim: new Script('claim-work.lua'),
  renew: new Script('renew-lease.lua'),
  release: new Script('release-lease.lua'),
  renewWork: new Script('renew-work.lua'),
  overdue: new Script('overdue-work.lua'),
  postpone: new Script('postpone-work.lua'),
  lead: new Script('take-lead.lua'),
};

/** The truth in Redis: every writing call is one script. */
export class RedisDeploymentStore implements DeploymentStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #durability: Durability | null;
  readonly #claims = new ClaimsInHand();

  /** @param durability what a new deployment, a claim and a transition wait for; where not given, for the primary alone */
  constructor(redis: RedisClient, namespace: string, durability: Durability | null = null) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
    this.#durability = durability;
  }

  async create(deployment: Deployment, events: readonly RecordedEvent[]): Promise<CreateAnswer> {
    const { id, createdAt, digest, service, environment, version, state } = deployment;
    const own = this.#keys.deployment(id);
    const its = this.#keys.service(deployment);
    const { counters, events: all, history, open, due, ended } = this.#keys;
    const fields = [...headFields(deployment), ...progressFields(deployment)];
    const blank: Deployment = { ...deployment, state: { status: 'draft' } };
    const [word] = await this.#write(
      SCRIPTS.create,
      // prettier-ignore
      [own.record, own.events, its.record, its.line, its.history, counters, all, history, open, due, ended],
      [
        ...[id, digest, createdAt, state.status, flag(isTerminal(state.status))],
        ...[service, environment, version, MOST_EVENTS, dueAt(deployment) ?? ''],
        firstPlace(deployment),
        ...counted(fields, 2),
        ...counted(eventArguments(blank, events), 7),
      ],
    );
    if (word === 'CREATED') return ok({ deployment, created: true });
    const existing = await this.load(id);
    if (existing === undefined) throw new Error(`${id} exists and cannot be read`);
    return word === 'EXISTS'
      ? ok({ deployment: existing, created: false })
      : err({ code: 'store/conflict', existing });
  }

  async load(id: DeploymentId): Promise<Deployment | undefined> {
    const keys = this.#keys.deployment(id);
    const [record, targets] = await patiently(this.#redis, () =>
      Promise.all([this.#redis.hgetall(keys.record), this.#redis.hgetall(keys.targets)]),
    );
    if (record['head'] === undefined) return undefined;
    return decodeDeployment(Object.entries(record).flat(), Object.entries(targets).flat());
  }

  async service(ref: ServiceRef): Promise<ServiceRecord> {
    const keys = [this.#keys.service(ref).record];
    return decodeService(
      await this.#run(SCRIPTS.service, keys, [serviceKey(ref), this.#keys.prefix]),
    );
  }

  async claim(id: DeploymentId, { kind, worker, leaseMs }: ClaimRequest): Promise<Claim> {
    const { record, targets } = this.#keys.deployment(id);
    const reply = await this.#write(
      SCRIPTS.claim,
      [record, targets, this.#keys.due],
      [id, kind, worker, leaseMs, this.#keys.prefix],
    );
    const claim = decodeClaim(reply);
    if (claim.kind === 'claimed') this.#claims.took(id, claim.fence, worker);
    return claim;
  }

  async append(transition: Transition): Promise<AppendAnswer> {
    const { after, fence, release } = transition;
    const { id } = after;
    const named = fence === null ? '' : this.#claims.named(id, fence);
    const { keys, args } = appendInput(this.#keys, transition, operationId(), named);
    const [word, run, revision, nextId, nextStatus, nextRun] = await this.#write(
      SCRIPTS.append,
      keys,
      args,
    );
    if (word !== 'OK') return err({ code: refusalOf(word) });
    if (fence !== null && (release || isTerminal(after.state.status))) this.#claims.over(id, fence);
    const handedTo = nextId === undefined ? null : owed(nextId, nextStatus, nextRun);
    return ok({ run: Number(run), handedTo, service: { revision: Number(revision) } });
  }

  async renew(id: DeploymentId, fence: number, leaseMs: number): Promise<Renewal> {
    const keys = [this.#keys.deployment(id).record, this.#keys.due];
    const args = [id, this.#claims.named(id, fence), leaseMs];
    const [word, revision] = await this.#run(SCRIPTS.renew, keys, args);
    return word === 'HELD' ? { held: true, revision: Number(revision) } : { held: false };
  }

  async release(
    id: DeploymentId,
    fence: number,
    due: number | null,
    leave = false,
  ): Promise<WorkOwed | null> {
    const keys = [this.#keys.deployment(id).record, this.#keys.due];
    const named = this.#claims.named(id, fence);
    const args = [id, named, due ?? '', flag(leave), this.#keys.prefix];
    const [next, status, run] = await this.#run(SCRIPTS.release, keys, args);
    this.#claims.over(id, fence);
    return next === undefined ? null : owed(next, status, run);
  }

  async overdue(limit: number): Promise<readonly DeploymentId[]> {
    const ids = await this.#run(SCRIPTS.overdue, [this.#keys.due], [limit]);
    return ids.map(String).map(deploymentId);
  }

  async postpone(id: DeploymentId, ms: number): Promise<void> {
    await SCRIPTS.postpone.run(this.#redis, [this.#keys.due], [id, ms]);
  }

  async renewWork(id: DeploymentId): Promise<WorkOwed | null> {
    const keys = [this.#keys.deployment(id).record, this.#keys.due];
    const [status, run] = await this.#run(SCRIPTS.renewWork, keys, [id, this.#keys.prefix]);
    return status === undefined ? null : owed(id, status, run);
  }

  async lead(worker: string, leaseMs: number): Promise<boolean> {
    const answer = await SCRIPTS.lead.run(this.#redis, [this.#keys.leader], [worker, leaseMs]);
    return answer === 1;
  }

  async #write(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply> {
    if (this.#durability === null) return this.#run(script, keys, args);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script's header says it returns
    return (await runReplicated(script, this.#redis, keys, args, this.#durability)) as Reply;
  }

  async #run(
    script: Script,
    keys: readonly string[],
    args: readonly (string | number)[],
  ): Promise<Reply> {
    const reply = await script.run(this.#redis, keys, args);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what the script's header says it returns
    return (reply ?? []) as Reply;
  }
}
