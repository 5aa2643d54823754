import type { AnalysisProgress } from '../../model/deployment/analysis-progress.js';
import type { Measurement } from '../../model/deployment/measurement.js';
import type { AnalysisReport } from '../../model/deployment/analysis-report.js';
import type { Verification } from '../../model/verification.js';
import type { Hold } from '../../model/hold.js';
import type { Declared } from '../../model/declared.js';
import type { PreviousVersion } from '../../model/deployment/plan-event.js';
import type { RollbackCause } from '../../model/deployment/plan-state.js';
import type { Step } from '../../model/plan/step.js';
import type { Evidence } from '../../model/target.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

/** What may be asked of a deployment, or reported to it. Times are epoch milliseconds. */
export type PlanCommand =
  | { readonly type: 'approve'; readonly by: string | null; readonly reason?: string }
  | { readonly type: 'cancel'; readonly reason: string }
  /** Ends what nobody approved, or began, in time; nothing where it has gone on from there. */
  | { readonly type: 'expire'; readonly waiting: 'draft' | 'approved'; readonly reason: string }
  | { readonly type: 'hold'; readonly hold: Hold }
  | { readonly type: 'override'; readonly by: string; readonly reason: string }
  | {
      readonly type: 'begin';
      readonly previous: PreviousVersion | null;
      readonly declared: Declared | null;
      readonly shares: TrafficShares | null;
      readonly replanned?: readonly Step[];
      readonly overridden?: readonly Hold[];
    }
  | { readonly type: 'wait'; readonly step: number; readonly until: number }
  | { readonly type: 'complete_step'; readonly step: number }
  /** Router, flag store or driver failed in a step that is not about one target. */
  | FailedEffect<'fail_step'>
  | { readonly type: 'start_flag'; readonly step: number; readonly before: number | null }
  | { readonly type: 'finish_flag'; readonly step: number; readonly evidence: Evidence }
  | { readonly type: 'open_gate'; readonly step: number; readonly at: number }
  | { readonly type: 'time_out_gate'; readonly step: number; readonly at: number }
  /** Go past the gate, wait or analysis it stands at; `all`: past every one that comes. */
  | {
      readonly type: 'promote';
      readonly by: string;
      readonly all: boolean;
      /** The step it was meant for: one that has been passed since is not taken for the next. */
      readonly step?: number;
      readonly reason?: string;
    }
  | { readonly type: 'start_analysis'; readonly step: number; readonly progress: AnalysisProgress }
  | { readonly type: 'measure'; readonly step: number; readonly measurement: Measurement }
  | { readonly type: 'conclude_analysis'; readonly step: number; readonly report: AnalysisReport }
  | { readonly type: 'pause'; readonly reason: string }
  | { readonly type: 'resume'; readonly reason?: string }
  /** Stops what is under way and puts the previous version back. What has ended is rolled back, not aborted. */
  | { readonly type: 'abort'; readonly reason: string }
  /** Stops for good and leaves everything as it is: an abort without rollback. */
  | { readonly type: 'halt'; readonly reason: string }
  /** Ends it at once, whatever hangs: the last word, and never refused while it has not ended. */
  | { readonly type: 'force_end'; readonly by: string; readonly reason: string }
  /** Goes on where a failed deployment stopped. */
  | { readonly type: 'retry'; readonly by: string; readonly reason?: string }
  | { readonly type: 'judge'; readonly verification: Verification; readonly at: number }
  | { readonly type: 'rollback'; readonly reason: string; readonly cause: RollbackCause }
  | FailedEffect<'fail_restoring'>
  | { readonly type: 'restore_flag'; readonly flag: string; readonly evidence: Evidence }
  | { readonly type: 'finish_rollback'; readonly verification: Verification | null }
  /** `superseded`: the service has a newer version by now, and nothing of it was touched. */
  | { readonly type: 'give_up'; readonly reason: string; readonly superseded?: true };

export type CommandType = PlanCommand['type'];

interface FailedEffect<Type extends string> {
  readonly type: Type;
  readonly error: string;
  readonly transient: boolean;
  readonly at: number;
}
