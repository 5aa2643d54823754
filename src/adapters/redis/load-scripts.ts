import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { RedisClient } from './connection.js';
import { isPassing, isPatient } from './passing-trouble.js';

const FOLDER = new URL('./scripts/', import.meta.url);
const INCLUDE = /^--- @include (\S+)$/gm;

type Argument = string | number;

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

  async run(
    redis: RedisClient,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    for (let wait = RETRY_MS; ; wait = Math.min(2 * wait, RETRY_AT_MOST_MS)) {
      // oxlint-disable no-await-in-loop -- one try after the other
      try {
        return await this.#once(redis, keys, args);
      } catch (error) {
        if (!isPassing(error) || !isPatient(redis)) throw error;
        await delay(wait);
      }
      // oxlint-enable no-await-in-loop
    }
  }

  async #once(
    redis: RedisClient,
    keys: readonly string[],
    args: readonly Argument[],
  ): Promise<unknown> {
    try {
      return await redis.evalsha(this.#hash, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.eval(this.#text, keys.length, ...keys, ...args);
    }
  }
}

const read = (name: string): string => readFileSync(new URL(name, FOLDER), 'utf8');

/** Names one write, so that the same write sent again is known for what it is. */
export const operationId = (): string => randomUUID();
