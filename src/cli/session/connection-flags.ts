/** Where Redis is, as every command that needs one is told. */
export interface ConnectionFlags {
  /** Else REDIS_URL, else the Redis of a running `signalbox up` in this folder. */
  readonly redis?: string | undefined;
  readonly namespace?: string | undefined;
}
