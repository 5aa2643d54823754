import type { DeploymentId, ServiceRef } from '../../../domain/model/ids.js';
import type { RecordedEvent } from '../../../domain/model/deployment/plan-event.js';
import type * as port from '../../../domain/ports/audit-source.js';
import type { DeploymentEvent } from '../../../domain/ports/event-log.js';
import { asId, deploymentQuestions, refOf, serviceQuestions } from './audit-questions.js';
import type { RedisClient } from '../connection/connection.js';
import { decodeStreamed } from '../deployments/event-log.redis.js';
import { keysOf, type Keys } from '../connection/keys.js';
import {
  type Command,
  flat,
  pipelined,
  scanned,
  strings,
  transaction,
} from '../connection/read-only.js';
import { decodeEvents } from '../deployments/replies.js';

/** Of a list in one page. */
const PAGE = 500;
/** Deployments read in one go, and events of all of them together: Redis serves nobody else meanwhile. */
const GROUP = 50;
const GROUP_EVENTS = 2_000;
const JOB_LISTS = ['wait', 'paused', 'active'] as const;
const JOB_SETS = ['delayed', 'prioritized'] as const;
const WORK_QUEUES = ['execute', 'verify', 'rollback'] as const;

/**
 * Reads the truth in Redis page by page, with commands that only read. What
 * must agree is asked for in one transaction.
 */
export class RedisAuditSource implements port.AuditSource {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async frame(): Promise<port.AuditFrame> {
    const { counters: key, trimmed, events } = this.#keys;
    const [counted, gone, oldest] = await transaction(this.#redis, [
      ['hgetall', key],
      ['hgetall', trimmed.counters],
      ['xrange', events, '-', '+', 'COUNT', 1],
    ]);
    const [first] = streamed(oldest);
    const { sequence = 0, ...counters } = amounts(counted);
    return {
      sequence,
      oldest: first ? numberOf(first) : null,
      counters,
      trimmed: amounts(gone),
    };
  }

  async *stream(after: number, until: number | null): AsyncGenerator<readonly DeploymentEvent[]> {
    const end = until === null ? '+' : `${until}-0`;
    for (let from = after; ;) {
      const reply = await this.#redis.xrange(this.#keys.events, `(${from}-0`, end, 'COUNT', PAGE);
      const page = streamed(reply);
      const last = page.at(-1);
      if (last === undefined) return;
      yield page;
      if (page.length < PAGE) return;
      from = numberOf(last);
    }
  }

  async recorded(places: readonly port.EventPlace[]): Promise<readonly (RecordedEvent | null)[]> {
    const commands = places.map(({ deploymentId: id, sequence }): Command => {
      return ['lindex', this.#keys.deployment(id).events, sequence - 1];
    });
    const entries = await pipelined(this.#redis, commands);
    return entries.map((entry, at) => {
      if (typeof entry !== 'string') return null;
      const [event] = decodeEvents([entry]);
      return event ? { ...event, sequence: places[at]?.sequence ?? 0 } : null;
    });
  }

  /** By creation, and from there on by place among those created in the same millisecond. */
  async *history(): AsyncGenerator<readonly DeploymentId[]> {
    let from = '-inf';
    let seen: readonly string[] = [];
    for (;;) {
      const { history } = this.#keys;
      const span = [from, '+inf', 'WITHSCORES', 'LIMIT', seen.length, PAGE] as const;
      const reply = await this.#redis.zrangebyscore(history, ...span);
      const page = reply.filter((_, at) => at % 2 === 0);
      const last = reply.at(-1);
      if (last === undefined) return;
      const known = new Set(seen);
      yield page.filter((id) => !known.has(id)).map(asId);
      const same = page.filter((_, at) => reply[2 * at + 1] === last);
      seen = last === from ? [...seen, ...same] : same;
      from = last;
    }
  }

  async *unlisted(): AsyncGenerator<readonly DeploymentId[]> {
    const start = `${this.#keys.prefix}:deployment:`;
    for await (const keys of scanned(this.#redis, `${start}*`)) {
      const ids = keys.map((key) => key.slice(start.length)).filter((id) => !id.includes(':'));
      const scores = await pipelined(
        this.#redis,
        ids.map((id): Command => ['zscore', this.#keys.history, id]),
      );
      const missing = ids.filter((_, at) => scores[at] === null);
      if (missing.length > 0) yield missing.map(asId);
    }
  }

  async *snapshots(ids: readonly DeploymentId[]): AsyncGenerator<readonly port.Snapshot[]> {
    const sizes = await pipelined(
      this.#redis,
      ids.map((id): Command => ['llen', this.#keys.deployment(id).events]),
    );
    for (let at = 0; at < ids.length;) {
      const group: DeploymentId[] = [];
      for (let events = 0; at < ids.length && group.length < GROUP; at++) {
        events += Number(sizes[at]);
        if (group.length > 0 && events > GROUP_EVENTS) break;
        group.push(...ids.slice(at, at + 1));
      }
      yield await this.#together(group);
    }
  }

  async #together(ids: readonly DeploymentId[]): Promise<readonly port.Snapshot[]> {
    const known = await pipelined(
      this.#redis,
      ids.map((id): Command => ['hmget', this.#keys.deployment(id).record, 'svc', 'limits']),
    );
    const asked = ids.map((id, at) => deploymentQuestions(this.#keys, id, known[at]));
    const replies = await transaction(
      this.#redis,
      asked.flatMap(({ commands }) => commands),
    );
    let from = 0;
    return asked.map(({ commands, read }) => {
      const answers = replies.slice(from, from + commands.length);
      from += commands.length;
      return read(answers);
    });
  }

  async runs(ids: readonly DeploymentId[]): Promise<readonly (number | null)[]> {
    const commands = ids.map((id): Command => ['hget', this.#keys.deployment(id).record, 'run']);
    const runs = await pipelined(this.#redis, commands);
    return runs.map((run) => (run === null ? null : Number(run)));
  }

  async *services(): AsyncGenerator<readonly ServiceRef[]> {
    const start = `${this.#keys.prefix}:service:`;
    const seen = new Set<string>();
    for await (const keys of scanned(this.#redis, `${start}*`)) {
      const names = keys.map((key) => key.slice(start.length).split(':')[0] ?? '');
      const fresh = [...new Set(names)].filter((name) => !seen.has(name));
      for (const name of fresh) seen.add(name);
      const refs = fresh.map(refOf).filter((ref) => ref !== null);
      for (let at = 0; at < refs.length; at += GROUP) yield refs.slice(at, at + GROUP);
    }
  }

  async servicesNow(
    refs: readonly ServiceRef[],
  ): Promise<{ readonly sequence: number; readonly services: readonly port.ServiceSnapshot[] }> {
    const asked = refs.map((ref) => serviceQuestions(this.#keys, ref));
    const [sequence, ...replies] = await transaction(this.#redis, [
      ['hget', this.#keys.counters, 'sequence'],
      ...asked.flatMap(({ commands }) => commands),
    ]);
    const services = asked.map(({ commands, read }, at) =>
      read(replies.slice(at * commands.length, (at + 1) * commands.length)),
    );
    return { sequence: Number(sequence ?? 0), services };
  }

  async *indexed(): AsyncGenerator<readonly port.IndexEntry[]> {
    for (const index of ['due', 'open'] as const) {
      for await (const members of this.#members(this.#keys[index])) {
        yield members.map((id) => ({ index, id: asId(id) }));
      }
    }
  }

  async *limits(): AsyncGenerator<readonly port.LimitCount[]> {
    const start = `${this.#keys.prefix}:limit:`;
    for await (const keys of scanned(this.#redis, `${start}*`)) {
      const sets = await pipelined(
        this.#redis,
        keys.map((key): Command => ['smembers', key]),
      );
      yield keys.map((key, at) => ({
        key: key.slice(start.length),
        members: strings(sets[at]).map(asId),
      }));
    }
  }

  /** BullMQ's own lists: its client would run scripts to read them. */
  async *jobs(): AsyncGenerator<readonly string[]> {
    for (const queue of WORK_QUEUES) {
      const prefix = `${this.#keys.prefix}:${queue}`;
      for (const list of JOB_LISTS) {
        for (let from = 0; ; from += PAGE) {
          const page = await this.#redis.lrange(`${prefix}:${list}`, from, from + PAGE - 1);
          if (page.length > 0) yield page;
          if (page.length < PAGE) break;
        }
      }
      for (const set of JOB_SETS) yield* this.#members(`${prefix}:${set}`);
    }
  }

  async *#members(key: string): AsyncGenerator<readonly string[]> {
    for (let cursor = '0'; ;) {
      const [next, pairs] = await this.#redis.zscan(key, cursor, 'COUNT', PAGE);
      yield pairs.filter((_, at) => at % 2 === 0);
      if (next === '0') return;
      cursor = next;
    }
  }
}

const numberOf = ({ id }: DeploymentEvent): number => Number.parseInt(id, 10);

/** A hash of numbers in a reply. */
function amounts(reply: unknown): Record<string, number> {
  const numbers: Record<string, number> = {};
  const fields = flat(reply);
  for (let at = 0; at < fields.length; at += 2) {
    numbers[fields[at] ?? ''] = Number(fields[at + 1]);
  }
  return numbers;
}

/** Stream entries in a reply. */
function streamed(reply: unknown): readonly DeploymentEvent[] {
  if (!Array.isArray(reply)) return [];
  return reply.map(([id, fields]) => decodeStreamed(String(id), strings(fields)));
}
