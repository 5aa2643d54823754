import type { PlanStatus } from '../model/deployment/plan-state.js';

/** What matters of the Redis that a namespace lives in, and how its work stands. */
export interface Diagnosis {
  readonly namespace: string;
  readonly redis: {
    readonly version: string;
    /** `standalone`, `sentinel` or `cluster`. */
    readonly mode: string;
    readonly role: string;
    readonly replicas: number;
    /** `null` where it is not told. */
    readonly evictionPolicy: string | null;
    readonly memoryBytes: number;
    /** 0 is no limit. */
    readonly memoryLimitBytes: number;
    readonly appendOnly: boolean;
    /** `null` where this user may not ask. */
    readonly appendFsync: string | null;
    /** How far its clock is before ours, in milliseconds, give or take the round trip. */
    readonly clockAheadMs: number;
    readonly roundTripMs: number;
  };
  readonly work: {
    /** The worker that rescues; `null` where none does. */
    readonly leader: string | null;
    /** Connected workers of the execute queue; `null` where this user may not ask. */
    readonly workers: number | null;
    readonly queues: readonly QueueLengths[];
    readonly open: number;
    readonly due: number;
    /** Work that somebody should have looked after by now, and since when the longest. */
    readonly overdue: number;
    readonly overdueMs: number;
    readonly counters: Readonly<Partial<Record<PlanStatus, number>>>;
  };
}

export interface QueueLengths {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
}
