const LONGEST_MS = 60_000;

/** Milliseconds before a further try: doubles with each one made, up to a minute. */
export const backoff = (first: number, made: number): number =>
  Math.min(first * 2 ** Math.min(made, 16), Math.max(first, LONGEST_MS));
