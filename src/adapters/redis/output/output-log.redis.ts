import { randomUUID } from 'node:crypto';
import type { CallOutput, OutputLog } from '../../../domain/ports/call-output.js';
import type { Log } from '../../../domain/ports/log.js';
import type { DriverCall } from '../../../domain/ports/target-driver.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';
import { Script } from '../connection/load-scripts.js';
import { type Batch, OutputBuffer, type Room } from './output-buffer.js';

const WRITE = new Script('write-output.lua');

export interface OutputBounds {
  /** Bytes kept of the output of one call. */
  readonly perCall: number;
  /** Bytes kept of all calls of a deployment. */
  readonly perDeployment: number;
}

export interface OutputLogOptions {
  /** Fails soon when Redis is away, and is nobody else's: no deployment waits behind an output. */
  readonly redis: RedisClient;
  readonly namespace: string;
  readonly worker: string;
  readonly bounds: OutputBounds;
  readonly log: Log;
}

/** What is collected before it is sent. */
const COLLECT_MS = 100;
const AGAIN_MS = 500;
/** For so long after a call's end its output is still tried to be written. */
const GIVE_UP_MS = 10_000;
/** Of all calls together, in bytes: what waits for a slow Redis. */
const MOST_WAITING = 16 * 1024 * 1024;

/** Writes the output of driver calls to Redis, each call by itself, beside the deployments. */
export class RedisOutputLog implements OutputLog {
  readonly #options: OutputLogOptions;
  readonly #keys: Keys;
  readonly #room: Room = { left: MOST_WAITING };
  readonly #writing = new Set<Promise<void>>();
  #closing = false;

  constructor(options: OutputLogOptions) {
    this.#options = options;
    this.#keys = keysOf(options.namespace);
  }

  open(call: DriverCall): CallOutput {
    const buffer = new OutputBuffer(this.#room, this.#options.bounds.perCall);
    if (this.#options.bounds.perCall === 0) return { write: () => {}, end: () => {} };
    const writing = this.#writeAll(call, buffer).finally(() => {
      buffer.giveUp();
      this.#writing.delete(writing);
    });
    this.#writing.add(writing);
    return { write: (lines) => buffer.push(lines), end: () => buffer.end() };
  }

  /** Waits shortly for what is still to be written. */
  async close(withinMs = 1_000): Promise<void> {
    this.#closing = true;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs);
    });
    await Promise.race([Promise.all(this.#writing), late]);
    clearTimeout(timer);
  }

  /** One write after the other; the first one, at once, makes the call known. */
  async #writeAll(call: DriverCall, buffer: OutputBuffer): Promise<void> {
    const id = randomUUID();
    for (let number = 1; ; number += 1) {
      const batch = buffer.take();
      const answer = await this.#written(call, { id, number, batch }, buffer);
      if (answer !== 'OK') return this.#lost(call, batch.dropped + batch.lines.length, answer);
      if (batch.last) return;
      await buffer.more(COLLECT_MS);
    }
  }

  /** Tried until Redis has it, or the call's end is too long ago. */
  async #written(call: DriverCall, write: Write, buffer: OutputBuffer): Promise<string> {
    for (;;) {
      try {
        return String(await WRITE.run(this.#options.redis, ...this.#input(call, write)));
      } catch (error) {
        if (this.#closing || buffer.endedSince(GIVE_UP_MS)) {
          return error instanceof Error ? error.message : String(error);
        }
        await buffer.pause(AGAIN_MS);
      }
    }
  }

  #input(call: DriverCall, { id, number, batch }: Write): readonly [string[], (string | number)[]] {
    const { worker, bounds } = this.#options;
    const { record, output } = this.#keys.deployment(call.deploymentId);
    const { action, fence } = call;
    const about = JSON.stringify({ target: call.target.id, action, worker, fence });
    const { lines, dropped, last } = batch;
    return [
      [record, output, this.#keys.callOutput(call.deploymentId, id)],
      [
        ...[id, `${fence}:${worker}`, number, bounds.perCall, bounds.perDeployment, about],
        ...[dropped, last ? '1' : '0', lines.join('\n'), lines.length],
      ],
    ];
  }

  #lost({ deploymentId, target }: DriverCall, lines: number, why: string): void {
    this.#options.log.warn(
      { deploymentId, target: target.id, lines, why },
      'output of a call is not written down',
    );
  }
}

interface Write {
  readonly id: string;
  readonly number: number;
  readonly batch: Batch;
}
