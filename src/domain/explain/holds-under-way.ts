import type { TargetId } from '../model/ids.js';
import { type Deployment, stepsOf } from '../model/deployment/deployment.js';
import type { PlanState } from '../model/deployment/plan-state.js';
import type { TargetProgress, TargetState } from '../model/target.js';
import { analysisStandings } from './analysis-standing.js';
import { awaitedAnalyses } from '../plan/awaited-analyses.js';
import type { Holding } from './explanation.js';
import { gateHold, pauseHold, toldHold } from './standing-hold.js';

type Executing = Extract<PlanState, { status: 'executing' }>;

/** What a deployment that has begun waits for. */
export function holdsUnderWay(deployment: Deployment, now: number): readonly Holding[] {
  const { state } = deployment;
  if (state.status === 'paused') {
    return [pauseHold(deployment, state), ...stoppedGate(deployment, state.from)];
  }
  if (state.status === 'executing') {
    return [
      ...worldHolds(deployment),
      ...stepHolds(deployment, state, now),
      ...analysisHolds(deployment, state),
      ...repeatedCalls(deployment, now),
    ];
  }
  if (state.status === 'verifying') {
    return state.waitUntil === null || state.waitUntil <= now
      ? []
      : [tried('the checks said nothing for certain and are run again', state.waitUntil)];
  }
  if (state.status !== 'rolling_back') return [];
  const { waitUntil = null, attempts = 0 } = state;
  const failed = `the way back failed ${times(attempts)} and is tried again`;
  const own = waitUntil === null || waitUntil <= now ? [] : [tried(failed, waitUntil)];
  return [...worldHolds(deployment), ...own, ...repeatedCalls(deployment, now)];
}

/** Too few targets serve, or the router cannot be asked: nothing more is taken out meanwhile. */
function worldHolds(deployment: Deployment): readonly Holding[] {
  const hold = toldHold(deployment);
  return hold === null ? [] : [hold];
}

/** Resumed, it still stands at its gate; its timeout does not run meanwhile. */
function stoppedGate(deployment: Deployment, from: PlanState): readonly Holding[] {
  if (from.status !== 'executing' || from.gate === undefined) return [];
  return [{ ...gateHold(deployment, from.gate), until: null }];
}

function stepHolds(
  deployment: Deployment,
  { step: index, gate, waitUntil, attempts = 0 }: Executing,
  now: number,
): readonly Holding[] {
  if (gate !== undefined) return [gateHold(deployment, gate)];
  if (waitUntil === null || waitUntil <= now) return [];
  const step = stepsOf(deployment)[index];
  if (step?.kind === 'measure') return [];
  if (step?.kind !== 'wait') {
    return [tried(`step ${index + 1} failed ${times(attempts)} and is tried again`, waitUntil)];
  }
  return [
    {
      kind: 'wait',
      reason: 'the plan has it wait here',
      since: waitUntil - step.ms,
      until: waitUntil,
      liftedBy: 'anyone who promotes it',
      command: `signalbox promote ${deployment.id}`,
    },
  ];
}

/** The analysis it stands at, and which metrics have no verdict yet. */
function analysisHolds(deployment: Deployment, { step }: Executing): readonly Holding[] {
  const at = stepsOf(deployment)[step];
  const awaited = at?.kind === 'measure' ? awaitedAnalyses(deployment, at) : [];
  const steps = new Set(awaited.map((its) => its.step));
  if (at?.kind === 'analyze' && at.mode === 'inline') steps.add(step);
  return analysisStandings(deployment)
    .filter((its) => steps.has(its.step) && !its.concluded)
    .map(({ analysis, report, startedAt, lastAt }) => ({
      kind: 'analysis',
      reason: `analysis ${analysis} has no verdict yet: ${report.reason}`,
      since: startedAt,
      until: lastAt,
      liftedBy: 'its verdict, or anyone who promotes past it',
      command: `signalbox promote ${deployment.id}`,
    }));
}

const CALLED: ReadonlySet<TargetState> = new Set(['started', 'restoring', 'retiring']);

/** Calls on targets that failed in passing, as one: they are many where the network is down. */
function repeatedCalls({ targets }: Deployment, now: number): readonly Holding[] {
  const resting: (readonly [TargetId, TargetProgress, number])[] = [];
  for (const [id, progress] of targets) {
    const { retryAt } = progress;
    if (CALLED.has(progress.state) && retryAt !== null && retryAt > now) {
      resting.push([id, progress, retryAt]);
    }
  }
  const [first, ...more] = resting.toSorted((a, b) => a[2] - b[2]);
  if (first === undefined) return [];
  const [id, { attempts, error, since = null }, until] = first;
  const others = more.length === 0 ? '' : `, and ${more.length} more like it`;
  const reason = `the call on ${id} failed ${times(attempts)} and is repeated${others}: ${error}`;
  return [{ ...tried(reason, until), since }];
}

const tried = (reason: string, until: number): Holding => ({
  kind: 'retry',
  reason,
  since: null,
  until,
  liftedBy: 'the next try, by itself',
  command: null,
});

const times = (many: number): string => (many === 1 ? 'once' : `${many} times`);
