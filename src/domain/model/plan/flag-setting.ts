/** Which flag a strategy sets: its name, or more of it. */
export type FlagSetting = string | FlagSpec;

export interface FlagSpec {
  /** `{version}` in it is the version. Default `ff_<service>_{version}`. */
  readonly name?: string | undefined;
  /** Of how many finished versions before it a completed deployment keeps the flags; 1 to 50. Default: of all. */
  readonly keep?: number | undefined;
  /** Default `pause`. */
  readonly onForeignChange?: OnForeignChange | undefined;
  /** It begins anew, also where users have it already: they lose it. Default: that is refused. */
  readonly restart?: boolean | undefined;
}

/** What is done where somebody else has changed a flag since it was written. */
export type OnForeignChange = 'pause' | 'rollback' | 'overwrite';

/** How finely a percentage of users can be set: in steps of 0.001. */
const FLAG_STEPS = 1_000;

/** Whether this is 0 to 100 in steps of 0.001: what a flag store can keep to exactly. */
export const isFlagPercent = (percent: number): boolean =>
  percent >= 0 && percent <= 100 && Math.round(percent * FLAG_STEPS) / FLAG_STEPS === percent;

/** The same, in full. */
export const flagSpecOf = (setting: FlagSetting | undefined): FlagSpec =>
  typeof setting === 'string' ? { name: setting } : (setting ?? {});
