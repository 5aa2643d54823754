/** What a drained target still works on, as the router itself counts it. */
export interface DrainCount {
  /** How many there are. */
  readonly left: number;
  /** What is counted: `workers` are processes of the router that may have requests of it. */
  readonly of: 'requests' | 'connections' | 'workers';
}

/** A drain under way. */
export interface Draining {
  /** When it is given up at the latest (epoch milliseconds). */
  readonly until: number;
  /** What was last counted; `null` before the first count, and where the router can't count. */
  readonly count: DrainCount | null;
  /** The router can't tell how many requests there are. */
  readonly uncounted?: true;
}
