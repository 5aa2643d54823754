/** How long what has ended is kept. Times in milliseconds. */
export interface RetentionPolicy {
  /** Ended deployments older than this may go. */
  readonly deployments: number;
  /** Of each service, and of all releases and promotions, so many of the newest stay whatever their age. */
  readonly keep: number;
  /** Of each service, ended deployments behind so many newer ones may go whatever their age. */
  readonly most: number;
  /**
   * What ended more recently stays in any case: a request sent again is known
   * by its deployment, and without it would be another one.
   */
  readonly atLeast: number;
  readonly releases: number;
  readonly promotions: number;
  /** Finished jobs older than this go, whoever published them and whatever they say. */
  readonly jobs: number;
}
