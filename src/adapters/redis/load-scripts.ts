import { createHash, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from './connection.js';

const FOLDER = new URL('./scripts/', import.meta.url);
const INCLUDE = /^--- @include (\S+)$/gm;

type Argument = string | number;

/**
 * A script of `scripts/`, run by its hash; Redis is sent the text when it does
 * not know it (a restart, a failover, another node of a cluster).
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
