import type { HealthStatus, Verification } from '../../../src/domain/model/verification.js';
import { deploymentId, type TargetId } from '../../../src/domain/model/ids.js';
import { beginAnalysis } from '../../../src/domain/model/deployment/analysis-progress.js';
import type { AnalysisReport } from '../../../src/domain/model/deployment/analysis-report.js';
import type { CommandType, PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import { analysisEnd } from '../../../src/domain/plan/conclusions/analysis-end.js';
import { decided } from '../../../src/domain/plan/machine/decided.js';
import type { Conclusion } from '../../../src/domain/plan/machine/decision.js';
import { failedEffect } from '../../../src/domain/plan/conclusions/effect-failure.js';
import { failed, givenUp } from '../../../src/domain/plan/machine/failure.js';
import { flagChanged } from '../../../src/domain/plan/conclusions/flag-changed.js';
import { gateTimeout } from '../../../src/domain/plan/machine/gate-rules.js';
import { stepEnd } from '../../../src/domain/plan/conclusions/step-end.js';
import { verificationEnd } from '../../../src/domain/plan/conclusions/verification-end.js';
import { wayBackEnd } from '../../../src/domain/plan/conclusions/way-back-end.js';
import { mayReport, type Report } from '../../../src/domain/plan/machine/report-rules.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { failedCall, type Way } from '../../../src/domain/reconcile/call-ends.js';
import {
  type ApprovalInForce,
  type ApprovalPolicy,
  NO_APPROVAL,
} from '../../../src/domain/policy/approval.js';
import { v } from '../../support/fixtures.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import type { TrafficShares } from '../../../src/domain/model/traffic-shares.js';

type Begin = Extract<PlanCommand, { type: 'begin' }>;

/** What may be asked of a deployment, or reported or concluded of it: each as the tests give it, once. */
export const begin: Begin = {
  type: 'begin',
  previous: { version: v('0.9.0'), deploymentId: deploymentId('dep_0000000000before') },
  declared: { version: v('0.9.0'), others: {}, missed: [], shares: null },
  shares: null,
};
export const beginFirst: Begin = {
  type: 'begin',
  previous: null,
  declared: null,
  shares: null,
};
export const startTarget = (target: TargetId, fence = 1): Report => ({
  type: 'deployment.target_started',
  target,
  fence,
  worker: 'w1',
});
export const updateTarget = (target: TargetId): Report => ({
  type: 'deployment.target_updated',
  target,
  evidence: { shown: true },
});
export const failTarget = (target: TargetId, error = 'broken', transient = false, at = 5_000) =>
  failing('deploy', target, { error, transient, at });
export const completeStep = stepEnd;
export const judge = (status: HealthStatus, at = 6_000): Conclusion =>
  verificationEnd(aVerification(status), at);
export const aVerification = (status: HealthStatus): Verification => ({
  status,
  reason: `it is ${status}`,
  checks: [],
});
export const rollback = (reason = 'enough'): PlanCommand => ({ type: 'rollback', reason });
export const fail = (reason = 'enough'): Conclusion => failed(reason);
export const startRestore = (target: TargetId, fence = 2): Report => ({
  type: 'deployment.target_restoring',
  target,
  version: v('0.9.0'),
  fence,
  worker: 'w2',
});
export const restoreTarget = (target: TargetId): Report => ({
  type: 'deployment.target_restored',
  target,
  version: v('0.9.0'),
  evidence: {},
});
export const failRestore = (target: TargetId, error = 'stuck', transient = false, at = 7_000) =>
  failing('restore', target, { error, transient, at });
export const finishRollback = (verification: Verification | null = null): Conclusion =>
  wayBackEnd(verification);
export const giveUp: Conclusion = givenUp('no use');
export const cancel: PlanCommand = { type: 'cancel', reason: 'not wanted' };
export const approve: PlanCommand = { type: 'approve', by: 'ann' };
export const pause: PlanCommand = { type: 'pause', reason: 'lunch' };
export const resume: PlanCommand = { type: 'resume' };
export const expire: PlanCommand = { type: 'expire', waiting: 'draft', reason: 'too late' };
export const hold = (reason = 'frozen'): PlanCommand => ({
  type: 'hold',
  hold: { kind: 'freeze', reason, until: 90_000, liftedBy: 'ann' },
});
export const override: PlanCommand = { type: 'override', by: 'ann', reason: 'a hotfix' };
export const failStep = (error = 'broken', transient = false, at = 5_000, step = 0): Conclusion =>
  failedEffect({ step, error, transient, at });
export const BEFORE: TrafficShares = { 'web-1': 0.5, 'web-2': 0.5 };
export const SHIFTED: TrafficShares = { 'web-2': 1 };
export const startShift = (step = 0, shares = SHIFTED): Report => ({
  type: 'deployment.shift_started',
  step,
  before: BEFORE,
  shares,
});
export const finishShift = (step = 0, shares = SHIFTED): Report => ({
  type: 'deployment.shifted',
  step,
  shares,
  evidence: {},
});
export const startFlag = (step = 0, before: number | null = null, percent = 10): Report => ({
  ...{ type: 'deployment.flag_started', step, flag: 'f', before, percent },
});
export const finishFlag = (step = 0, percent = 10): Report => ({
  ...{ type: 'deployment.flag_set', step, flag: 'f', percent, evidence: {} },
});
export const wait = (step: number, until = 9_000): Report => ({
  type: 'deployment.waiting',
  step,
  until,
});
export const openGate = (step = 0, until: number | null = 65_000): Report => ({
  ...{ type: 'deployment.gate_reached', step, name: 'go', until },
});
export const timeOutGate = (step = 0, at = 65_000): Conclusion => gateTimeout(step, at);
export const promote = (all = false, step?: number): PlanCommand => ({
  type: 'promote',
  by: 'ann',
  all,
  ...(step !== undefined && { step }),
});
export const startAnalysis = (
  step = 0,
  at = 5_000,
  mode: 'inline' | 'background' = 'inline',
): Report => ({
  ...{ type: 'deployment.analysis_started', step, analysis: 'errors', mode },
  progress: beginAnalysis(anAnalysis('errors'), at),
});
export const measure = (round = 1, step = 0, at = 6_000): Report => ({
  ...{ type: 'deployment.measured', step, analysis: 'errors' },
  measurement: { at, round, metrics: [] },
});
export const concludeAnalysis = (
  verdict: AnalysisReport['verdict'] = 'healthy',
  step = 0,
): Conclusion =>
  analysisEnd(step, {
    ...{ name: 'errors', at: 7_000, round: 1, rounds: 3, verdict, score: 0 },
    ...{ reason: `it is ${verdict}`, metrics: [] },
  });
export const startRetire = (target: TargetId, fence = 1): Report => ({
  type: 'deployment.target_retiring',
  target,
  fence,
  worker: 'w1',
});
export const retireTarget = (target: TargetId): Report => ({
  type: 'deployment.target_retired',
  target,
  evidence: {},
});
export const failRetire = (target: TargetId, error = 'stuck', transient = false, at = 5_000) =>
  failing('retire', target, { error, transient, at });
export const abort: PlanCommand = { type: 'abort', reason: 'stop' };
export const halt: PlanCommand = { type: 'halt', reason: 'leave it' };
export const forceEnd: PlanCommand = { type: 'force_end', by: 'ann', reason: 'it hangs' };
export const retry: PlanCommand = { type: 'retry', by: 'ann' };
export const failRestoring = (error = 'down', transient = false, at = 7_000): Conclusion =>
  failedEffect({ step: null, error, transient, at });
export const startTrafficRestore = (shares = BEFORE): Report => ({
  type: 'deployment.traffic_restoring',
  before: SHIFTED,
  shares,
});
export const finishTrafficRestore: Report = {
  type: 'deployment.traffic_restored',
  shares: BEFORE,
  evidence: {},
};
export const findFlagChanged = (step = 0, before: number | null = null): Conclusion =>
  flagChanged({ step, flag: 'f', before, found: 'at 5%', mark: 'm5' });
export const leaveFlag = (flag = 'f'): Report => ({
  ...{ type: 'deployment.flag_left', flag, found: 'at 5%' },
});
export const OLD_FLAG = { flag: 'ff_api_0.8.0', version: '0.8.0', percent: 100 };
export const startOldFlags: Report = { type: 'deployment.flags_removing', flags: [OLD_FLAG] };
export const finishOldFlags: Report = {
  ...{ type: 'deployment.flags_removed', removed: [OLD_FLAG], left: [] },
};
export const startFlagRestore = (flag = 'f'): Report => ({
  ...{ type: 'deployment.flag_restoring', flag, percent: null },
});
export const restoreFlag = (flag = 'f'): Report => ({
  ...{ type: 'deployment.flag_restored', flag, percent: null, evidence: {} },
});

/** Whether nothing of it is written any more. */
export function isLate(deployment: Deployment, said: Report | Conclusion): boolean {
  const decision = decided(deployment, said);
  return !decision.ok || decision.value.length === 0;
}

interface Failing {
  readonly error: string;
  readonly transient: boolean;
  readonly at: number;
}

/** What a failed call comes to rests on how often it was tried. */
const failing =
  (way: Way, target: TargetId, failure: Failing): Conclusion =>
  (deployment) => {
    const given = { ...failure, evidence: null, cause: 'call' } as const;
    const report = failedCall(deployment, way, target, given);
    return mayReport(deployment, report) ? [report] : [];
  };

/** What the configuration of now asks of approvals. */
export const inForce = (
  policy: Partial<ApprovalPolicy> = {},
  configuration = 'now',
): ApprovalInForce => ({
  configuration,
  policy: { ...NO_APPROVAL, approval: 'required', ...policy },
});
export const execute: PlanCommand = { type: 'execute' };
export const askAgain = (policy: Partial<ApprovalPolicy> = {}): PlanCommand => ({
  type: 'ask_again',
  inForce: inForce(policy),
});

/** One order of each type: the compiler says which is missing. */
export const EACH: { readonly [C in CommandType]: PlanCommand } = {
  approve,
  execute,
  ask_again: askAgain(),
  cancel,
  expire,
  hold: hold(),
  override,
  begin,
  promote: promote(),
  pause,
  resume,
  abort,
  halt,
  force_end: forceEnd,
  retry,
  rollback: rollback(),
};
