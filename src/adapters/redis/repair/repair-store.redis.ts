import { type DeploymentId, type ServiceRef, serviceKey } from '../../../domain/model/ids.js';
import { type Deployment, targetsToRestore } from '../../../domain/model/deployment/deployment.js';
import type {
  RepairAnswer,
  RepairEntry,
  RepairStore,
} from '../../../domain/repair/repair-store.js';
import type { Repair, RepairNote } from '../../../domain/repair/repair.js';
import type { ServicePlace } from '../../../domain/repair/service-place.js';
import type { Settlement, SettleStanding } from '../../../domain/repair/settle.js';
import { asId, refOf } from './audit-questions.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { operationId, Script } from '../connection/load-scripts.js';
import { readEntry, readStable, readStatuses } from './read-entry.js';
import { flat, pipelined, scanned, strings, transaction } from '../connection/read-only.js';
import { decodeDeployment } from '../deployments/replies.js';
import { repairCall } from './repair-calls.js';
import { settleCall } from './settle-calls.js';

const BUSY: ReadonlySet<string> = new Set(['executing', 'verifying', 'paused', 'rolling_back']);

const ANSWERS: Readonly<Record<string, RepairAnswer>> = {
  DONE: 'done',
  OK: 'done',
  CHANGED: 'changed',
  STALE: 'changed',
  MISSING: 'changed',
  BUSY: 'busy',
};

/** Repairs what is in Redis: one script for each repair, which asks again what it rests on. */
export class RedisRepairStore implements RepairStore {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async recounts(): Promise<ReadonlyMap<string, number>> {
    const counters = await this.#redis.hgetall(this.#keys.counters);
    const marks = Object.entries(counters).filter(([name]) => name.startsWith(RECOUNTS));
    return new Map(marks.map(([name, count]) => [name.slice(RECOUNTS.length), Number(count)]));
  }

  async unreadable(): Promise<readonly ServiceRef[]> {
    const found = new Set<string>();
    const active = await this.#redis.hgetall(this.#keys.active);
    for (const [name, json] of Object.entries(active)) {
      if (readEntry(json) === 'unreadable') found.add(name);
    }
    const start = `${this.#keys.prefix}:service:`;
    const end = ':stable';
    for await (const keys of scanned(this.#redis, `${start}*${end}`)) {
      const stacks = await pipelined(
        this.#redis,
        keys.map((key) => ['lrange', key, 0, -1] as const),
      );
      for (const [at, key] of keys.entries()) {
        const broken = strings(stacks[at]).some((json) => readStable(json) === 'unreadable');
        if (broken) found.add(key.slice(start.length, -end.length));
      }
    }
    return [...found].map(refOf).filter((ref) => ref !== null);
  }

  async place({ environment, service }: ServiceRef): Promise<ServicePlace> {
    const ref = { environment, service };
    const its = this.#keys.service(ref);
    const [sequence, record, active, stable, targets] = await transaction(this.#redis, [
      ['hget', this.#keys.counters, 'sequence'],
      ['hmget', its.record, 'fence', 'holder', 'claimant', 'rev'],
      ['hget', this.#keys.active, serviceKey(ref)],
      ['lrange', its.stable, 0, -1],
      ['hgetall', its.targets],
    ]);
    const [fence = '', holder = '', claimant = '', revision = ''] = strings(record);
    const rawActive = typeof active === 'string' ? active : null;
    const rawStable = strings(stable);
    return {
      ...ref,
      sequence: Number(sequence ?? 0),
      revision: Number(revision),
      fence: Number(fence),
      holder: holder === '' ? null : asId(holder),
      busy: await this.#isBusy(holder, claimant),
      rawActive,
      rawStable,
      active: rawActive === null ? null : readEntry(rawActive),
      stable: rawStable.map(readStable),
      targets: readStatuses(flat(targets)),
    };
  }

  /** As the scripts ask it, when they write; here for whoever only looks. */
  async #isBusy(holder: string, claimant: string): Promise<boolean> {
    const [held, claimed] = await pipelined(
      this.#redis,
      [holder, claimant].map(
        (id) => ['hmget', this.#keys.deployment(asId(id)).record, 'status', 'leaseUntil'] as const,
      ),
    );
    const [status = '', until] = strings(held);
    const leases = [until, strings(claimed)[1]].map((lease) => Number(lease ?? 0));
    return BUSY.has(status) || Math.max(...leases) > Date.now();
  }

  async standing(ref: ServiceRef): Promise<SettleStanding> {
    const place = await this.place(ref);
    const { active } = place;
    const named = active === null || active === 'unreadable' ? null : active.deploymentId;
    const [deployment = null] = named === null ? [] : await this.#load([named]);
    return { place, deployment, failed: await this.#failed(ref) };
  }

  async #failed(ref: ServiceRef): Promise<Deployment | null> {
    const ids = await this.#redis.zrevrange(this.#keys.service(ref).history, 0, RECENT - 1);
    const found = (await this.#load(ids.map(asId))).find(
      (each) => each.state.status === 'failed' && targetsToRestore(each).length > 0,
    );
    return found ?? null;
  }

  /** Those of them that are there. */
  async #load(ids: readonly DeploymentId[]): Promise<readonly Deployment[]> {
    const hashes = await pipelined(
      this.#redis,
      ids.flatMap((id) => {
        const { record, targets } = this.#keys.deployment(id);
        return [['hgetall', record] as const, ['hgetall', targets] as const];
      }),
    );
    return ids.flatMap((_, at) => {
      const record = flat(hashes[2 * at]);
      return record.includes('head') ? [decodeDeployment(record, flat(hashes[2 * at + 1]))] : [];
    });
  }

  async apply(repair: Repair, note: RepairNote): Promise<RepairAnswer> {
    const { script, keys, args } = repairCall(this.#keys, repair, note, operationId());
    return answerOf(await scriptOf(script).run(this.#redis, keys, args));
  }

  async settle(settlement: Settlement, note: RepairNote): Promise<RepairAnswer> {
    const { script, keys, args } = settleCall(this.#keys, settlement, note, operationId());
    return answerOf(await scriptOf(script).run(this.#redis, keys, args));
  }

  async log(limit: number): Promise<readonly RepairEntry[]> {
    if (limit < 1) return [];
    const entries = await this.#redis.lrange(this.#keys.repairLog, 0, limit - 1);
    return entries.map((entry) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own writing, read back
      const { at, by, reason, what, before, after } = JSON.parse(entry) as RepairEntry;
      return { at, by, reason, what, before, after };
    });
  }
}

const RECOUNTS = 'recounts:';
/** Of a service's deployments, so many are looked at. */
const RECENT = 50;

const scripts = new Map<string, Script>();

/** Read when it is first used. */
function scriptOf(name: string): Script {
  const script = scripts.get(name) ?? new Script(name);
  scripts.set(name, script);
  return script;
}

function answerOf(reply: unknown): RepairAnswer {
  const word = String(Array.isArray(reply) ? reply[0] : reply);
  const answer = ANSWERS[word];
  if (answer === undefined) throw new Error(`a repair answered ${word}`);
  return answer;
}
