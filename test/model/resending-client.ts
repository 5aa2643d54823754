import type { RedisClient } from '../../src/adapters/redis/connection/connection.js';

type Send = (...given: readonly unknown[]) => Promise<unknown>;

/** A client that, where it is told to, sends a script again as if its first reply had been lost. */
export class ResendingClient {
  readonly client: RedisClient;
  twice = false;
  /** The last script that was sent, to be sent again. */
  last: (() => Promise<unknown>) | null = null;

  constructor(client: RedisClient) {
    const scripted =
      (send: Send): Send =>
      async (...given) => {
        const reply = await send(...given);
        this.last = () => send(...given);
        return this.twice ? send(...given) : reply;
      };
    this.client = new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const bound = value.bind(target) as Send;
        return name === 'evalsha' || name === 'eval' ? scripted(bound) : bound;
      },
    });
  }
}
