import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from './connection.js';
import { isPassing, isPatient } from './passing-trouble.js';

const FOLDER = new URL('../scripts/', import.meta.url);
const INCLUDE = /^--- @include (\S+)$/gm;

type Argument = string | number;
type Form = 'evalsha' | 'eval';

/** How many replicas must have a write before anything follows from it. */
export interface Durability {
  readonly replicas: number;
  /** For how long one look waits for them, in milliseconds. */
  readonly timeoutMs: number;
}

const RETRY_MS = 100;
const RETRY_AT_MOST_MS = 2_000;

/**
 * A script of `scripts/`, run by its hash; Redis is sent the text when it does
 * not know it (a restart, a failover, another node of a cluster). On a patient
 * client a Redis that can't do it now (it fails over, it lacks a replica) is
 * asked again until it can: every script of ours may be sent twice.
 */
export class Script {
  readonly #text: string;
  readonly #hash: string;

  constructor(name: string) {
    this.#text = read(name).replaceAll(INCLUDE, (_, included: string) => read(included));
    this.#hash = createHash('sha1').update(this.#text).digest('hex');
  }

  run(redis: RedisClient, keys: readonly string[], args: readonly Argument[]): Promise<unknown> {
    const all = [keys.length, ...keys, ...args] as const;
    return patiently(redis, () => this.#known((form, script) => redis[form](script, ...all)));
  }

  /** The reply, and how many replicas had it when as many as wanted did, or the time was over. */
  runAndWait(
    redis: RedisClient,
    keys: readonly string[],
    args: readonly Argument[],
    { replicas, timeoutMs }: Durability,
  ): Promise<readonly [reply: unknown, acknowledged: number]> {
    const all = [keys.length, ...keys, ...args] as const;
    const together = async (form: Form, script: string) => {
      // In one pipeline, which is sent again as a whole or not at all: a WAIT on
      // another connection than the write's would vouch for nothing.
      const pipeline = redis.pipeline()[form](script, ...all);
      const answers = await pipeline.wait(replicas, timeoutMs).exec();
      const [[refusal, reply] = [null], [trouble, count] = [null]] = answers ?? [];
      const error = refusal ?? trouble;
      if (error) throw error;
      return [reply, Number(count)] as const;
    };
    return patiently(redis, () => this.#known(together));
  }

  async #known<T>(send: (form: Form, script: string) => Promise<T>): Promise<T> {
    try {
      return await send('evalsha', this.#hash);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return send('eval', this.#text);
    }
  }
}

/** Does again what a patient client could not have done at the moment; it must do no harm twice. */
export async function patiently<T>(redis: RedisClient, work: () => Promise<T>): Promise<T> {
  for (let wait = RETRY_MS; ; wait = Math.min(2 * wait, RETRY_AT_MOST_MS)) {
    // oxlint-disable no-await-in-loop -- one try after the other
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || !isPatient(redis)) throw error;
      await delay(wait);
    }
    // oxlint-enable no-await-in-loop
  }
}

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** Names one write, so that the same write sent again is known for what it is. */
export const operationId = (): string => randomUUID();
