import type { AnalysisProgress } from './analysis-progress.js';
import type { AnalysisReport } from './analysis-report.js';
import type { Capacities } from '../traffic/capacities.js';
import type { ForeignChange } from './foreign-change.js';
import type { CoveredHold, Hold } from '../hold.js';
import type { OldFlag } from './old-flag.js';
import type { Step } from '../plan/step.js';
import type { TrafficShares } from '../traffic-shares.js';

/** What happened on the way that later decisions rest on. */
export interface DeploymentProgress {
  /** Who approved so far, each once. */
  readonly approvals: readonly string[];
  /** How many more are needed, as the configuration of then had it; not said before the first, or by older versions. */
  readonly approvalsMissing?: number;
  /** Fingerprint of the configuration that they were given for; not said where there was none. */
  readonly approvedFor?: string;
  /** When approvals were last asked for again (epoch milliseconds). */
  readonly askedAgainAt?: number;
  /** Epoch milliseconds. */
  readonly approvedAt: number | null;
  /** Somebody's word to go through windows and freezes that held it then. */
  readonly override: Override | null;
  /** What keeps it from beginning or from going on, and since when; `null` once it goes on. */
  readonly hold: StandingHold | null;
  /** The steps as they are carried out, where the situation at the start was not the planned one. */
  readonly replanned: readonly Step[] | null;
  /** What its targets can carry, and what must go on serving, where that was not as planned when it began. */
  readonly resized?: Resized;
  readonly traffic: TrafficProgress | null;
  /** What the router had counted of the targets that lost the traffic, since the last shift; not said where it counts nothing. */
  readonly counted?: readonly CountedRequests[];
  /** Flags this deployment has set, by name. */
  readonly flags: Readonly<Record<string, FlagProgress>>;
  /** Flags of versions before that it takes with it; not said before it looked for them. */
  readonly oldFlags?: OldFlags;
  /** Milliseconds spent paused or at gates so far: deadlines do not count them. */
  readonly heldMs: number;
  /** When it last came further than it ever had (epoch milliseconds). */
  readonly progressAt: number | null;
  /** The most targets it ever had updated: a target that flaps is no progress. */
  readonly highWater: number;
  /** How often somebody woke it: each time its work was published anew, and by nobody's fault. */
  readonly woken: number;
  /** Waits, gates and analyses are passed over from here on: somebody promoted to the end. */
  readonly promotedToEnd: boolean;
  /** The step at which its way forwards ended, where it did not come to its end. */
  readonly brokenOffAt?: number | undefined;
}

export interface Resized {
  /** `null`: all can carry the same. */
  readonly capacities: Capacities | null;
  readonly floor: number;
}

export interface Override {
  readonly by: string;
  readonly reason: string;
  /** What held it when it was given; not said: everything, as for a rollback. */
  readonly covers?: readonly CoveredHold[];
}

export interface StandingHold extends Hold {
  /** Epoch milliseconds. */
  readonly since: number;
}

export interface TrafficProgress {
  /** As they were before the first shift: what a rollback gives back. */
  readonly before: TrafficShares;
  readonly now: TrafficShares;
  /** False between the intent and the router's word. */
  readonly settled: boolean;
}

/** How many requests each of these targets was given, as the router counts them since it began. */
export interface CountedRequests {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly targets: Readonly<Record<string, number>>;
}

export interface OldFlags {
  /** Those that were about to be removed; also ones that are removed by now. */
  readonly removing: readonly OldFlag[];
  /** What became of each of them is written. */
  readonly done: boolean;
}

export interface FlagProgress {
  /** `null`: there was no such flag. */
  readonly before: number | null;
  readonly now: number | null;
  readonly settled: boolean;
  /** What the store showed of it when it was set last. */
  readonly mark?: string | undefined;
  /** What somebody else made of it, where this stopped the deployment: whoever lets it go on lets it overwrite that. */
  readonly foreign?: ForeignChange | undefined;
  /** On the way back it was found changed by somebody else, and is left so. */
  readonly left?: true;
}

/** An analysis under way or concluded, by the step that asked for it. */
export interface StepAnalysis {
  readonly step: number;
  readonly analysis: string;
  readonly mode: 'inline' | 'background';
  readonly progress: AnalysisProgress;
  /** `null` while it is under way. */
  readonly report: AnalysisReport | null;
}

export const NO_PROGRESS: DeploymentProgress = {
  approvals: [],
  approvedAt: null,
  override: null,
  hold: null,
  replanned: null,
  traffic: null,
  flags: {},
  heldMs: 0,
  progressAt: null,
  highWater: 0,
  woken: 0,
  promotedToEnd: false,
};
