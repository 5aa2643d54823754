import type { ApprovalInForce } from '../../policy/approval.js';
import type { TargetId } from '../../model/ids.js';
import type { Hold } from '../../model/hold.js';
import type { Declared } from '../../model/declared.js';
import type { PreviousVersion, TakesBack } from '../../model/deployment/takes-back.js';
import type { Override, Resized } from '../../model/deployment/progress.js';
import type { Step } from '../../model/plan/step.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

/** What may be asked of a deployment. */
export type PlanCommand =
  | {
      readonly type: 'approve';
      readonly by: string | null;
      readonly reason?: string;
      /** What the configuration of now asks; without one, what was planned counts. */
      readonly inForce?: ApprovalInForce;
      /** Also where it was planned before what is active now. */
      readonly older?: boolean;
    }
  /** Carries a draft out that needs nobody's approval. */
  | { readonly type: 'execute'; readonly inForce?: ApprovalInForce }
  /** The configuration changed since it was approved: it is a draft again. */
  | { readonly type: 'ask_again'; readonly inForce: ApprovalInForce }
  | { readonly type: 'cancel'; readonly reason: string }
  /** Ends what nobody approved, or began, in time; nothing where it has gone on from there. */
  | { readonly type: 'expire'; readonly waiting: 'draft' | 'approved'; readonly reason: string }
  | { readonly type: 'hold'; readonly hold: Hold }
  | ({ readonly type: 'override' } & Override)
  | {
      readonly type: 'begin';
      readonly previous: PreviousVersion | null;
      readonly declared: Declared | null;
      readonly shares: TrafficShares | null;
      readonly takesBack?: TakesBack;
      readonly replanned?: readonly Step[];
      readonly resized?: Resized;
      readonly heldOut?: readonly TargetId[];
      readonly overridden?: readonly Hold[];
    }
  /** Go past the gate, wait or analysis it stands at; `all`: past every one that comes. */
  | {
      readonly type: 'promote';
      readonly by: string;
      readonly all: boolean;
      /** The step it was meant for: one that has been passed since is not taken for the next. */
      readonly step?: number;
      readonly reason?: string;
    }
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
  | { readonly type: 'rollback'; readonly reason: string };

export type CommandType = PlanCommand['type'];
