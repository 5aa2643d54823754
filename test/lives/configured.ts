/** What became of the configuration since the last deployment was planned. */
export interface Configured {
  /** Targets that it does not name, by number. */
  readonly without: readonly number[];
  /** They are taken out of the router's table at the same time. */
  readonly forgotten: boolean;
  /** Targets that it names otherwise, at the same places, by number. */
  readonly renamed: readonly number[];
  readonly removedTargets: 'retire' | 'leave';
}

export const AS_EVER: Configured = {
  without: [],
  renamed: [],
  forgotten: false,
  removedTargets: 'retire',
};
