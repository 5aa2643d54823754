import { z } from 'zod';
import { type DeploymentId, targetId } from '../../../domain/model/ids.js';
import type {
  OutputPiece,
  OutputReader,
  RecordedOutput,
} from '../../../domain/ports/call-output.js';
import type { RedisClient } from '../connection/connection.js';
import { keysOf, type Keys } from '../connection/keys.js';

const EntrySchema = z.object({
  target: z.string(),
  action: z.enum(['deploy', 'rollback']),
  fence: z.number(),
  worker: z.string(),
  at: z.number(),
  endedAt: z.number().nullable().default(null),
  pieces: z.number(),
  cut: z.number(),
  dropped: z.number(),
  outdated: z.boolean(),
});

const PIECE = /^(\d+) (\d+)\n(.*)$/s;
const PAGE = 16;
const SLACK = 16;
const CALL = 'call:';

/** Reads from Redis what write-output.lua has written there. */
export class RedisOutputReader implements OutputReader {
  readonly #redis: RedisClient;
  readonly #keys: Keys;

  constructor(redis: RedisClient, namespace: string) {
    this.#redis = redis;
    this.#keys = keysOf(namespace);
  }

  async revision(id: DeploymentId): Promise<number> {
    return Number((await this.#redis.hget(this.#keys.deployment(id).output, 'revision')) ?? 0);
  }

  async calls(id: DeploymentId): Promise<readonly RecordedOutput[]> {
    const fields = await this.#redis.hgetall(this.#keys.deployment(id).output);
    const found = Object.entries(fields).flatMap(([name, json]): readonly RecordedOutput[] => {
      if (!name.startsWith(CALL)) return [];
      const entry = EntrySchema.parse(JSON.parse(json));
      return [{ ...entry, call: name.slice(CALL.length), target: targetId(entry.target) }];
    });
    return found.toSorted((a, b) => a.at - b.at || a.call.localeCompare(b.call));
  }

  async pieces(
    id: DeploymentId,
    { call, pieces }: RecordedOutput,
    after: number,
  ): Promise<readonly OutputPiece[]> {
    if (pieces <= after) return [];
    const list = this.#keys.callOutput(id, call);
    // The last piece that is kept tells where in the list the one behind `after` stands.
    const last = pieceOf((await this.#redis.lindex(list, -1)) ?? '');
    if (last === null || last.number <= after) return [];
    const back = last.number - after;
    // What is written between the two looks moves what is asked for towards the beginning of the list.
    const page = await this.#redis.lrange(list, -back - SLACK, -1 - Math.max(0, back - PAGE));
    return page.flatMap((text) => {
      const piece = pieceOf(text);
      return piece === null || piece.number <= after ? [] : [piece];
    });
  }
}

function pieceOf(text: string): OutputPiece | null {
  const [, number, at, lines] = PIECE.exec(text) ?? [];
  if (lines === undefined) return null;
  return { number: Number(number), at: Number(at), lines: lines.split('\n') };
}
