import { type FlagSetting, flagSpecOf } from '../../model/plan/flag-setting.js';
import type { StrategySpec } from '../../model/plan/strategy-spec.js';

/** Flags with the version in their name, and of how many finished versions before they are kept. */
export interface FlagKeeping {
  /** `null`: the default. */
  readonly template: string | null;
  readonly keep: number;
}

/** What a strategy says of the flags of versions before; nothing where it keeps them all. */
export const flagKeepings = (strategy: StrategySpec): readonly FlagKeeping[] =>
  settingsIn(strategy).flatMap((setting) => {
    const { name: template = null, keep } = flagSpecOf(setting);
    return keep === undefined ? [] : [{ template, keep }];
  });

function settingsIn(strategy: StrategySpec): readonly (FlagSetting | undefined)[] {
  if (strategy.kind === 'feature_flag') return [strategy.flag];
  if (strategy.kind !== 'steps') return [];
  return strategy.steps.flatMap((step) => (step.kind === 'set_flag' ? [step.flag] : []));
}

/** What becomes of the flags of versions before, in sentence parts. */
export const flagKeepingNotes = (strategy: StrategySpec): readonly string[] => {
  const kept = new Set(flagKeepings(strategy).map(({ keep }) => keep));
  return [...kept].map(
    (keep) =>
      `once it is completed, flags of older versions are removed: kept are those of the last ${keep === 1 ? 'version' : `${keep} versions`} before it, and any that somebody changed`,
  );
};
