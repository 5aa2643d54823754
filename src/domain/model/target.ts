import type { TargetId, Version } from './ids.js';

/** One place a service runs. What `address` means is the driver's business. */
export interface Target {
  readonly id: TargetId;
  readonly name: string;
  readonly address: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** How much it can carry beside the others, above 0; not said where the balancer's own configuration decides, or all are the same. */
  readonly capacity?: number;
}

/**
 * How far one deployment has come on one target.
 *
 * `started`, `restoring` and `retiring` are intents: written before the driver
 * is called, so that whoever takes over knows what may still be going on there.
 * `retired`: what the old version left there is gone. `kept`: it could not be
 * taken away; how much of it is left nobody knows.
 */
export type TargetState =
  | 'pending'
  | 'started'
  | 'updated'
  | 'failed'
  | 'restoring'
  | 'restored'
  | 'restore_failed'
  | 'retiring'
  | 'retired'
  | 'retire_failed';

export interface TargetProgress {
  readonly state: TargetState;
  /** What it runs as far as this deployment knows; `null` while unknown. */
  readonly version: Version | null;
  /** The driver calls that failed and may be repeated, since the last success. */
  readonly attempts: number;
  /** Epoch milliseconds before which it is not tried again. */
  readonly retryAt: number | null;
  /** The fence the last driver call was given. */
  readonly fence: number;
  /** The worker that made the last driver call, and when (epoch milliseconds). */
  readonly worker: string | null;
  readonly calledAt: number | null;
  /** When its first call began (epoch milliseconds): what its own deadline counts from. */
  readonly since?: number;
  readonly error: string | null;
  readonly evidence: Evidence | null;
}

/** What a driver shows for its claim that a target runs a version; small, and free of secrets. */
export type Evidence = Readonly<Record<string, string | number | boolean | null>>;

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

export const PENDING: TargetProgress = {
  state: 'pending',
  version: null,
  attempts: 0,
  retryAt: null,
  fence: 0,
  worker: null,
  calledAt: null,
  error: null,
  evidence: null,
};
