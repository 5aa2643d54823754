/** The rules a service is deployed under. Durations are in milliseconds. */
export interface Policy {
  /** `none`: a plan may execute as a draft, as in the seed; `required`: somebody must approve it first. */
  readonly approval: 'none' | 'required';
  /** After a failed execution or verification: put the previous version back, or leave all as it is for a person. */
  readonly onFailure: 'rollback' | 'hold';
  /** What a deployment does that finds the service's slot taken. */
  readonly onConflict: 'queue' | 'supersede_waiting' | 'reject';
  /** How often a driver call that failed in passing is repeated, per target; 0 to 20. */
  readonly retries: number;
  /** Before the first repetition; it doubles with each further one, up to a minute. */
  readonly retryDelay: number;
  /** From the start of the execution to its end, waits of the plan not counted; then it is rolled back or held. */
  readonly deadline: number;
}

export const DEFAULT_POLICY: Policy = {
  approval: 'none',
  onFailure: 'rollback',
  onConflict: 'queue',
  retries: 3,
  retryDelay: 1_000,
  deadline: 3_600_000,
};
