import type { TargetId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { progressOf, stepsOf } from '../../../src/domain/model/deployment/deployment.js';
import { decided, type Said } from '../../../src/domain/plan/machine/decided.js';
import { evolve } from '../../../src/domain/plan/fold/evolve.js';
import { givenUp } from '../../../src/domain/plan/machine/failure.js';
import type { PlanEvent, RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Report } from '../../../src/domain/plan/machine/report-rules.js';
import type { Step } from '../../../src/domain/model/plan/step.js';
import { aDraft, type DeploymentFixture, eventsOf, record, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { anAnalysis } from '../strategies/an-analysis.js';

export interface Life {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
}

const tolerance = { failures: 0, of: 'plan' } as const;
const errors = { kind: 'analyze', analysis: 'errors', targets: [web(1)], baseline: [] } as const;
/** Every kind of step there is, as far as possible after one another. */
const STEPS: readonly Step[] = [
  { ...errors, mode: 'background' },
  { kind: 'set_flag', flag: 'f', percent: 10 },
  { kind: 'deploy', targets: [web(1)], tolerance },
  { kind: 'shift', to: [web(1)], from: [web(2)], percent: 50 },
  { kind: 'gate', name: 'go', timeout: 5_000, onTimeout: 'promote' },
  { ...errors, mode: 'inline' },
  { kind: 'wait', ms: 5 },
  { kind: 'deploy', targets: [web(3)], tolerance: { failures: 1, of: 'plan' } },
  { kind: 'retire', targets: [web(2)] },
  { kind: 'check', targets: [web(1)], tolerance },
];

const ALL = [web(1), web(2), web(3)];

/** What workers report, over and over; `n` is the step, `ms` the moment. */
function reports(deployment: Deployment, fence: number, ms: number): readonly Said[] {
  const { state } = deployment;
  const n = state.status === 'executing' ? state.step : 0;
  const rounds = deployment.analyses[n]?.progress.rounds ?? 0;
  const step = stepsOf(deployment)[n]?.kind;
  const unsettled = deployment.progress.traffic?.settled === false;
  return [
    ...ALL.flatMap((id) => callsOn(deployment, id, fence)),
    ...(step === 'shift' && !unsettled ? [give.startShift(n)] : []),
    ...(unsettled ? [give.finishShift(n), give.finishTrafficRestore] : []),
    ...[give.completeStep(n), give.wait(n, ms + 50)],
    ...[give.startFlag(n), give.finishFlag(n), give.findFlagChanged(n), give.startAnalysis(n, ms)],
    ...[
      give.openGate(n, ms + 5_000),
      give.measure(rounds + 1, n, ms),
      give.concludeAnalysis('healthy', n),
    ],
    give.judge('healthy', ms),
    ...[
      give.startFlagRestore(),
      give.restoreFlag(),
      give.leaveFlag(),
      give.startOldFlags,
      give.finishOldFlags,
      give.finishRollback(),
      give.begin,
      give.approve,
      give.resume,
    ],
  ];
}

/** What comes next of a target: what is reported twice would come to nothing new. */
function callsOn(deployment: Deployment, id: TargetId, fence: number): readonly Said[] {
  const { state } = progressOf(deployment, id);
  if (state === 'started') return [give.updateTarget(id)];
  if (state === 'retiring') return [give.retireTarget(id)];
  if (state === 'restoring') return [give.restoreTarget(id)];
  const first = [give.startTarget(id, fence), give.startRetire(id, fence)];
  return [...(state === 'pending' ? first : []), give.startRestore(id, fence)];
}

/** What is reported at any time, and changes nothing of the way. */
const byTheWay = (): readonly Said[] => [
  ...ALL.flatMap(rotation),
  ...[ROUTER_SAYS, { type: 'deployment.call_settled', target: web(2) } as const],
  give.startTrafficRestore(),
  { type: 'deployment.requests_counted', requests: 3, overMs: 60_000, targets: { 'web-1': 7 } },
];

const rotation = (target: TargetId): readonly Report[] => [
  { type: 'deployment.target_draining', target, withinMs: 30_000 },
  {
    ...{ type: 'deployment.drain_seen', target, withinMs: 24_000 },
    count: { left: 3, of: 'requests' },
  },
  { type: 'deployment.target_drained', target, evidence: { ended: true } },
  { type: 'deployment.target_closing', target, withinMs: 30_000 },
  { type: 'deployment.target_closed', target, evidence: { ended: true } },
  { type: 'deployment.target_admitting', target },
  { type: 'deployment.target_admitted', target, evidence: {} },
];

const ROUTER_SAYS: Report = {
  type: 'deployment.router_seen',
  targets: { 'web-3': { inRotation: true, share: 0.5, heldOut: 'maintenance' } },
};

/** What goes wrong, and what people say. */
function troubles(deployment: Deployment, ms: number): readonly Said[] {
  const n = deployment.state.status === 'executing' ? deployment.state.step : 0;
  if (deployment.state.status === 'verifying' && ms % 2 === 0) return [give.judge('unknown', ms)];
  return [
    ...ALL.flatMap((id) => [give.failTarget(id, 'x', true, ms), give.failTarget(id)]),
    ...ALL.flatMap((id) => [give.failRetire(id, 'x', true, ms), give.failRetire(id)]),
    ...ALL.flatMap((id) => [give.failRestore(id, 'x', true, ms), give.failRestore(id)]),
    ...[
      give.failStep('x', true, ms, n),
      give.failStep('x', false, ms, n),
      give.judge('unknown', ms),
    ],
    ...[give.failRestoring('x', true, ms), give.failRestoring('x', false, ms)],
    ...[give.judge('unhealthy', ms), give.concludeAnalysis('unhealthy', n)],
    ...[give.concludeAnalysis('inconclusive', n), give.timeOutGate(n, ms + 60_000)],
    ...[give.promote(false, n), give.promote(true, n), give.pause, give.abort],
    ...[give.halt, give.forceEnd],
    ...[give.rollback(), give.fail(), give.retry, give.giveUp, give.cancel],
    ...[give.hold(), give.hold('night'), give.override, give.expire],
    ...[give.finishRollback(give.aVerification('unhealthy'))],
    ...[give.askAgain({ approvals: 2 }), give.execute],
    { ...{ type: 'approve', by: 'cy' }, inForce: give.inForce({ approvals: 3 }) },
    givenUp('a newer one is there', true),
    { ...give.beginFirst, replanned: STEPS.slice(1) },
    { ...give.beginFirst, shares: { 'web-1': 1 } },
    { ...give.beginFirst, overridden: [HOLD] },
    ...ALL.map((id) => failed(id, 'check')),
    ...ALL.map((id) => failed(id, 'router')),
    { type: 'approve', by: 'bob' },
  ];
}

const failed = (target: TargetId, cause: 'check' | 'router'): Report => ({
  ...{ type: 'deployment.target_failed', target, error: 'x', evidence: null, cause },
});

const HOLD = { kind: 'freeze', reason: 'frozen', until: null, liftedBy: 'ann' } as const;

/** A deployment that something happens to, as chance has it, until it has had so many commands. */
export function aLife(random: () => number, fixture: DeploymentFixture = {}, most = 110): Life {
  const drafted = aDraft({
    ...{ targets: ['web-1', 'web-2', 'web-3'], removes: true, configuration: 'then' },
    ...fixture,
  });
  const { plan } = drafted.deployment;
  const analyses = [anAnalysis('errors')];
  const turn = Math.floor(random() * STEPS.length);
  const turned = [...STEPS.slice(turn), ...STEPS.slice(0, turn)];
  const steps = random() < 0.8 ? turned : stepsOf(drafted.deployment);
  let deployment: Deployment = { ...drafted.deployment, plan: { ...plan, steps, analyses } };
  const events = [...drafted.events];
  let ms = 10_000;
  let fence = 1;
  for (let n = 0; n < most; n++) {
    ms += Math.floor(random() * 3_000);
    fence += random() < 0.05 ? 1 : 0;
    const chance = random();
    const usual = chance < 0.15 ? byTheWay() : reports(deployment, fence, ms);
    const pool = chance < 0.12 ? troubles(deployment, ms) : usual;
    const from = Math.floor(random() * pool.length);
    for (const said of [...pool.slice(from), ...pool.slice(0, from)]) {
      const happened = happenedBy(deployment, said);
      if (happened.length === 0) continue;
      const written = record(deployment, happened, ms);
      events.push(...written);
      deployment = written.reduce(evolve, deployment);
      break;
    }
  }
  return { deployment, events };
}

/** Nothing where it is refused, or was accepted before. */
function happenedBy(deployment: Deployment, said: Said): readonly PlanEvent[] {
  const decision = decided(deployment, said);
  return decision.ok ? decision.value : [];
}

/** A deployment of two targets, from its plan through these commands. */
export function lived(commands: readonly Said[], fixture: DeploymentFixture = {}): Life {
  const drafted = aDraft(fixture);
  const events = [...drafted.events];
  let { deployment } = drafted;
  for (const command of commands) {
    const written = record(deployment, eventsOf(deployment, command));
    events.push(...written);
    deployment = written.reduce(evolve, deployment);
  }
  return { deployment, events };
}
