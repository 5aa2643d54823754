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

/** The same, in full. */
export const flagSpecOf = (setting: FlagSetting | undefined): FlagSpec =>
  typeof setting === 'string' ? { name: setting } : (setting ?? {});
