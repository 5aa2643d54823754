import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';

/** A change of the scripts' text: the first that holds `from` where `in` is named, else every one. */
export interface ScriptMutation {
  /** The beginning of the script's header; every script with the text where not given. */
  readonly in?: string;
  readonly from: string;
  readonly to: string;
}

export interface MutantRedis {
  readonly client: RedisClient;
  /** How often a changed script ran. */
  readonly applied: () => number;
}

/**
 * A client that never knows a script, so that it is given the text each time,
 * and runs a changed one: the store above it is the real one.
 */
export function mutantRedis(redis: RedisClient, mutations: readonly ScriptMutation[]): MutantRedis {
  let applied = 0;
  const changed = (text: string): string =>
    mutations.reduce((script, { in: where = '', from, to }) => {
      if (!script.includes(where) || !script.includes(from)) return script;
      applied += 1;
      return script.replace(from, () => to);
    }, text);
  const own: Readonly<Record<string, unknown>> = {
    evalsha: () => Promise.reject(new Error('NOSCRIPT for tests')),
    eval: (text: string, keys: number, ...args: (string | number)[]) =>
      redis.eval(changed(text), keys, ...args),
  };
  const client = new Proxy(redis, {
    get(target, name) {
      if (typeof name === 'string' && name in own) return own[name];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { client, applied: () => applied };
}
