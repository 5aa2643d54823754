import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';
import type { Keys } from '../../src/adapters/redis/connection/keys.js';
import { decodeDeployment, decodeEvents } from '../../src/adapters/redis/deployments/replies.js';
import {
  decodeActive,
  decodeStable,
  decodeTakenBack,
  decodeStatuses,
} from '../../src/adapters/redis/services/service-codec.js';
import {
  type DeploymentId,
  deploymentId,
  type ServiceRef,
  serviceKey,
} from '../../src/domain/model/ids.js';
import type {
  Remembered,
  RememberedDeployment,
  RememberedService,
  StreamEntry,
} from './remembered.js';

type Hash = Readonly<Record<string, string>>;

/** The limits that the fixtures count against. */
export const LIMIT_KEYS = ['environment:production'] as const;

/**
 * Reads every key of a namespace in one trip. What has not changed since the
 * last look is the very object that it was then, so that it need not be
 * compared again.
 */
export class RedisMemory {
  readonly #redis: RedisClient;
  readonly #keys: Keys;
  readonly #read = new Set<string>();
  readonly #decoded = new Map<string, { readonly raw: string; readonly value: unknown }>();

  constructor(redis: RedisClient, keys: Keys) {
    this.#redis = redis;
    this.#keys = keys;
  }

  async read(ids: readonly DeploymentId[], refs: readonly ServiceRef[]): Promise<Remembered> {
    const [time, counters, active, open, due, ended, stream, ...rest] = await this.#ask(ids, refs);
    const at = this.#dues(due);
    const limits = LIMIT_KEYS.map((key, n) => [key, idsOf(rest[n]).toSorted()] as const);
    const ofDeployments = rest.slice(LIMIT_KEYS.length);
    const ofServices = ofDeployments.slice(3 * ids.length);
    return {
      now: Number(list(time)[0]) * 1_000 + Math.floor(Number(list(time)[1]) / 1_000),
      deployments: new Map(
        ids.map((id, n) => {
          const three = ofDeployments.slice(3 * n, 3 * n + 3);
          return [id, this.#deployment(id, three, at.get(id) ?? null)] as const;
        }),
      ),
      services: new Map(
        refs.map((ref, n) => {
          const six = ofServices.slice(6 * n, 6 * n + 6);
          return [serviceKey(ref), this.#service(serviceKey(ref), six)] as const;
        }),
      ),
      active: this.#once('active', active, () => each(hash(active), decodeActive)),
      counters: each(hash(counters), Number),
      open: idsOf(open).toSorted(),
      ended: typeof ended === 'string' ? deploymentId(ended) : null,
      limits: Object.fromEntries(limits.filter(([, members]) => members.length > 0)),
      stream: this.#once('stream', stream, () => entriesOf(stream)),
    };
  }

  async clear(): Promise<void> {
    await this.#redis.unlink([...this.#read, this.#keys.history, this.#keys.leader]);
  }

  async #ask(ids: readonly DeploymentId[], refs: readonly ServiceRef[]): Promise<unknown[]> {
    const { counters, active, open, due, ended, events, prefix } = this.#keys;
    const limits = LIMIT_KEYS.map((key) => `${prefix}:limit:${key}`);
    const batch = this.#redis.pipeline().time().hgetall(counters).hgetall(active);
    batch
      .zrange(open, 0, '-1')
      .zrange(due, 0, '-1', 'WITHSCORES')
      .get(ended)
      .xrange(events, '-', '+');
    for (const key of limits) batch.smembers(key);
    for (const key of [counters, active, open, due, ended, events, ...limits]) this.#read.add(key);
    for (const own of ids.map((id) => this.#keys.deployment(id))) {
      batch.hgetall(own.record).hgetall(own.targets).lrange(own.events, 0, '-1');
      for (const key of [own.record, own.targets, own.events]) this.#read.add(key);
    }
    for (const ref of refs) {
      const its = this.#keys.service(ref);
      const places = `${prefix}:places:${ref.service}`;
      batch.hgetall(its.record).zrange(its.line, 0, '-1').lrange(its.stable, 0, '-1');
      batch.hgetall(its.targets).lrange(its.takenBack, 0, '-1').hget(places, ref.environment);
      const { record, line, stable, takenBack, targets, history } = its;
      for (const key of [record, line, stable, takenBack, targets, history, places]) {
        this.#read.add(key);
      }
    }
    const answers = (await batch.exec()) ?? [];
    return answers.map(([error, reply]) => {
      if (error) throw error;
      return reply;
    });
  }

  #deployment(
    id: DeploymentId,
    [record, targets, events]: readonly unknown[],
    due: number | null,
  ): RememberedDeployment {
    const { fence, leaseUntil = null, status = '', ...rest } = hash(record);
    const { op: _, opServiceRev: __, leaseOwner: ___, ...own } = rest;
    const flat = Object.entries({ ...own, status }).flat();
    const deployment = this.#once(id, [flat, targets], () =>
      decodeDeployment(flat, Object.entries(hash(targets)).flat()),
    );
    if (deployment.state.status !== status) {
      throw new Error(`${id}: status ${status}, and its state is ${deployment.state.status}`);
    }
    return {
      deployment,
      events: this.#once(`${id}:events`, events, () => decodeEvents(list(events))),
      fence: Number(fence),
      leaseUntil: leaseUntil === null ? null : Number(leaseUntil),
      due,
    };
  }

  #service(
    key: string,
    [record, line, stable, targets, takenBack, places]: readonly unknown[],
  ): RememberedService {
    return this.#once(key, [record, line, stable, targets, takenBack, places], () => {
      const { holder = null, claimant = null, fence = '0', rev = '0' } = hash(record);
      const { automationHold = null } = hash(record);
      return {
        holder: holder === null ? null : deploymentId(holder),
        claimant: claimant === null ? null : deploymentId(claimant),
        inHand: inHandOf(places),
        fence: Number(fence),
        line: idsOf(line),
        stable: list(stable).map(decodeStable),
        takenBack: list(takenBack).map(decodeTakenBack),
        targets: Object.fromEntries(decodeStatuses(Object.entries(hash(targets)).flat())),
        revision: Number(rev),
        automationHold: automationHold === null ? null : JSON.parse(automationHold),
      };
    });
  }

  #dues(flat: unknown): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    const all = list(flat);
    for (let at = 0; at < all.length; at += 2) found.set(all[at] ?? '', Number(all[at + 1]));
    return found;
  }

  #once<T>(name: string, reply: unknown, decode: () => T): T {
    const raw = JSON.stringify(reply);
    const known = this.#decoded.get(name);
    if (known?.raw === raw) return known.value as T;
    const value = decode();
    this.#decoded.set(name, { raw, value });
    return value;
  }
}

/** Who is at work; who left while its worker may still be letting go has a dash before it. */
function inHandOf(entry: unknown): DeploymentId | null {
  const [id = ''] = typeof entry === 'string' ? entry.split(' ') : [];
  return id === '' || id.startsWith('-') ? null : deploymentId(id);
}

const list = (reply: unknown): readonly string[] => (Array.isArray(reply) ? reply.map(String) : []);
const idsOf = (reply: unknown): readonly DeploymentId[] => list(reply).map(deploymentId);
const hash = (reply: unknown): Hash => (reply ?? {}) as Hash;

const each = <T>(from: Hash, read: (value: string) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, read(value)] as const));

function entriesOf(reply: unknown): readonly StreamEntry[] {
  return (reply as readonly [string, readonly string[]][]).map(([id, flat]) => {
    const field = (name: string): string => flat[flat.indexOf(name) + 1] ?? '';
    return {
      deploymentId: field('deploymentId'),
      number: Number.parseInt(id, 10),
      sequence: Number(field('sequence')),
      type: field('type'),
      state: field('state'),
    };
  });
}
