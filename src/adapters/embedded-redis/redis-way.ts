import type { Result } from '../../domain/result.js';

/** Where the running Redis came from. */
export type RedisOrigin = 'path' | 'cache' | 'packages' | 'container';

export interface RedisSettings {
  readonly dataDir: string;
  /** A temporary Redis keeps nothing, and its data folder goes when it ends, however its parent died. */
  readonly temporary: boolean;
  /** Null: any free one. */
  readonly port: number | null;
  readonly signal: AbortSignal | undefined;
}

export interface RunningRedis {
  readonly url: string;
  readonly port: number;
  /** Null where Redis runs inside a container. */
  readonly pid: number | null;
  /** Resolves when Redis has ended; safe to call twice. */
  stop(): Promise<void>;
}

/** Something that can start Redis on this machine. */
export interface RedisLauncher {
  readonly how: RedisOrigin;
  start(settings: RedisSettings): Promise<RunningRedis>;
}

export interface RedisSearch {
  readonly cacheDir: string;
  readonly log: (line: string) => void;
  readonly signal: AbortSignal | undefined;
}

/** One way to come by a Redis; its error is a sentence that says why it does not work here. */
export interface RedisWay {
  readonly title: string;
  find(search: RedisSearch): Promise<Result<RedisLauncher, string>>;
}
