import type { Knowledge } from '../../../domain/fleet/knowledge.js';
import type { Introduction, SignOfLife } from '../../../domain/fleet/sign-of-life.js';
import type { Outline, WorkerSign } from '../../../domain/fleet/worker-sign.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type WorkerKeys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';
import { strings } from '../connection/read-only.js';
import {
  digestOf,
  OutlineSchema,
  readKnowledge,
  readRecord,
  type WorkerRecord,
  writeRecord,
} from './worker-record.js';

const SCRIPTS = {
  announce: new Script('announce-worker.lua'),
  beat: new Script('beat-worker.lua'),
};

/** Silent for longer, a worker is no longer counted on: five signs of life have not come. */
const ALIVE_MS = 5_000;
/** One worker's services may be many: no more than this is kept in mind. */
const MOST_REMEMBERED = 200;

/** What workers say of themselves, in Redis. */
export class RedisWorkerRoster implements SignOfLife {
  readonly #redis: RedisClient;
  readonly #keys: WorkerKeys;
  /** By digest: what is said under one never changes. */
  readonly #knowledge = new Map<string, Knowledge>();

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace).workers;
  }

  async announce(own: Introduction, outlines: ReadonlyMap<string, Outline>): Promise<void> {
    const { all, seen, knowledge, outlines: shown, said } = this.#keys;
    const pairs = [...outlines].flatMap(([name, outline]) => [name, JSON.stringify(outline)]);
    await SCRIPTS.announce.run(
      this.#redis,
      [all, seen, knowledge, shown, said],
      [
        ...[own.id, writeRecord(own, false)],
        ...[digestOf(own.knowledge), JSON.stringify(own.knowledge), ...pairs],
      ],
    );
  }

  async beat(own: Introduction): Promise<readonly WorkerSign[] | null> {
    const { all, seen } = this.#keys;
    const answer = strings(await SCRIPTS.beat.run(this.#redis, [all, seen], [own.id, ALIVE_MS]));
    const [now = '', ...told] = answer;
    if (now === 'UNKNOWN') return null;
    const signs = await this.#signs(told, Number(now));
    return signs.filter(({ alive }) => alive);
  }

  /** One command: what is left of it is read by whoever looks. */
  async leave(own: Introduction): Promise<void> {
    await this.#redis.hset(this.#keys.all, own.id, writeRecord(own, true));
  }

  async workers(): Promise<readonly WorkerSign[]> {
    const { all, seen } = this.#keys;
    const [[seconds], order, records] = await Promise.all([
      this.#redis.time(),
      this.#redis.zrange(seen, 0, '-1', 'WITHSCORES'),
      this.#redis.hgetall(all),
    ]);
    const told = order.map((each, at) => (at % 2 === 0 ? (records[each] ?? '') : each));
    const signs = await this.#signs(told, Number(seconds) * 1_000);
    return signs.toReversed();
  }

  async outlineOf(fingerprint: string): Promise<Outline | null> {
    const text = await this.#redis.hget(this.#keys.outlines, fingerprint);
    return text === null ? null : (OutlineSchema.safeParse(JSON.parse(text)).data ?? null);
  }

  /** @param told record and time seen in turn */
  async #signs(told: readonly string[], now: number): Promise<readonly WorkerSign[]> {
    const found = told.flatMap((text, at) => {
      const record = at % 2 === 0 ? readRecord(text) : null;
      return record === null ? [] : [{ record, seenAt: Number(told[at + 1]) }];
    });
    const knowledge = await this.#knowledgeOf(found.map(({ record }) => record));
    return found.flatMap(({ record: { left, knowledge: digest, ...own }, seenAt }) => {
      const its = knowledge.get(digest);
      // Without it nobody could say what this worker is for: it is of another version.
      if (its === undefined) return [];
      return [{ ...own, seenAt, alive: !left && seenAt > now - ALIVE_MS, knowledge: its }];
    });
  }

  async #knowledgeOf(records: readonly WorkerRecord[]): Promise<ReadonlyMap<string, Knowledge>> {
    if (this.#knowledge.size > MOST_REMEMBERED) this.#knowledge.clear();
    const digests = new Set(records.map(({ knowledge }) => knowledge));
    const missing = [...digests].filter((digest) => !this.#knowledge.has(digest));
    if (missing.length === 0) return this.#knowledge;
    const texts = await this.#redis.hmget(this.#keys.knowledge, ...missing);
    missing.forEach((digest, at) => {
      const known = readKnowledge(texts[at] ?? null);
      if (known !== null) this.#knowledge.set(digest, known);
    });
    return this.#knowledge;
  }
}
