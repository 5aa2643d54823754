import { Socket } from 'node:net';
import { type Command, Redis, type RedisOptions } from 'ioredis';

/** What is sent before a connection is ready. A refusal of these is heard of nowhere else. */
const GREETINGS: ReadonlySet<string> = new Set(['auth', 'hello', 'select', 'client', 'info']);

/**
 * A client that goes on only in the database that it was given. ioredis stays in
 * database 0 where SELECT is refused, and so do the copies that BullMQ makes.
 */
export class StrictRedis extends Redis {
  /** `slave` for a replica; as the server said when it was connected to last. */
  serverRole: string | null = null;

  /** Whether the last connection was ended on what was sent, without a word: as a server does that speaks TLS only. */
  get wasShut(): boolean {
    const { stream, options } = this;
    const ended = options.tls === undefined && this.status === 'reconnecting';
    return ended && stream instanceof Socket && stream.bytesWritten > 0 && stream.bytesRead === 0;
  }

  override sendCommand(...[command, stream]: Parameters<Redis['sendCommand']>): unknown {
    if (GREETINGS.has(command.name)) void this.#hear(command);
    return super.sendCommand(command, stream);
  }

  override duplicate(given: Partial<RedisOptions> = {}): never {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- replies in one shape, which is not ours to vary
    const merged = { ...this.options, ...given } as RedisOptions & {
      readonly replyMapping?: 'legacy';
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its type follows from options that none of us vary
    return new StrictRedis(merged) as never;
  }

  async #hear(command: Command): Promise<void> {
    try {
      const reply: unknown = await command.promise;
      const role = command.name === 'info' ? /^role:(\w+)/m.exec(String(reply))?.[1] : undefined;
      if (role !== undefined) this.serverRole = role;
    } catch (error) {
      if (command.name === 'select') this.disconnect(true);
      // The server closes the connection at once, and ioredis forgets why.
      const denied = error instanceof Error && error.message.startsWith('DENIED');
      if (denied && this.listenerCount('error') > 0) this.emit('error', error);
    }
  }
}
