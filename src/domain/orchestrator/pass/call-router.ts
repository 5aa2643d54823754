import { sureShares } from '../../reconcile/shares/sure-shares.js';
import { failedCall, type Way } from '../../reconcile/call-ends.js';
import type { Effect } from '../../reconcile/effect.js';
import type { TargetId } from '../../model/ids.js';
import type { Result } from '../../model/result.js';
import type { Evidence } from '../../model/target.js';
import type { Report } from '../../plan/machine/report-rules.js';
import { statusOf } from '../../model/service-status.js';
import type { RouterFailure, TrafficRouter } from '../../ports/traffic-router.js';
import { awaitRouter } from './blocked.js';
import { boundTo } from '../bound-to.js';
import { countOf, oldTargets } from './count-old.js';
import { DrainSeen } from './drain-seen.js';
import { effectFailed } from './effect-failed.js';
import type { Pass, WaitUntil } from './pass.js';
import { changeOf, changeOfAll } from './route-call.js';
import type { TrafficShares } from '../../model/traffic-shares.js';

type Drain = Extract<Effect, { kind: 'drain' }>;

export const drainIntent = (pass: Pass, target: TargetId): Report => ({
  ...{ type: 'deployment.target_draining', target },
  ...limitsOf(pass),
});

export const closeIntent = (pass: Pass, target: TargetId): Report => ({
  ...{ type: 'deployment.target_closing', target },
  ...limitsOf(pass),
});

function limitsOf(pass: Pass): { readonly withinMs: number; readonly uncounted?: true } {
  const { drainMs, timeoutMs, uncounted } = routerOf(pass);
  return { withinMs: drainMs ?? timeoutMs, ...(uncounted && { uncounted }) };
}

/** Has the router send a target nobody at all. */
export async function close(pass: Pass, target: TargetId): Promise<WaitUntil> {
  const answer = await drained(pass, target, true);
  if (!answer.ok) return routerFailed(pass, answer.error);
  pass.journal.report({ type: 'deployment.target_closed', target, evidence: answer.value });
  return null;
}

async function drained(
  pass: Pass,
  target: TargetId,
  closes: boolean,
): Promise<Result<Evidence, RouterFailure>> {
  const { journal, abort } = pass;
  const router = routerOf(pass);
  const seen = new DrainSeen(pass, router, target);
  const call = changeOf(journal.deployment, journal.service, target);
  const tell = seen.tell.bind(seen);
  const answer = await router.drain(call, target, abort, { tell, close: closes });
  await seen.written();
  return answer;
}

/** Takes a target out of rotation; where the router refuses, the call that this was for has failed. */
export async function drain(
  pass: Pass,
  { target, before = target }: Drain,
  way: Way,
): Promise<WaitUntil> {
  const { journal, abort, clock, log } = pass;
  const answer = await drained(pass, target, false);
  if (answer.ok) {
    journal.report({ type: 'deployment.target_drained', target, evidence: answer.value });
    return null;
  }
  const { message: error, transient, code } = answer.error;
  // Stopped by us: the intent stands, and the next run looks what is so.
  if (abort.aborted) return null;
  if (code === 'router/unreachable') return awaitRouter(pass, answer.error);
  log.error({ ...boundTo(journal.deployment), target, code, reason: error }, 'not drained');
  const failure = { error, transient, evidence: null, cause: 'router', at: clock.now() } as const;
  journal.report(failedCall(journal.deployment, way, before, failure));
  return null;
}

/** Gives a target back to the router. */
export async function admit(pass: Pass, target: TargetId): Promise<WaitUntil> {
  const { journal, abort } = pass;
  const { heldOutAt } = statusOf(journal.service, target);
  const call = changeOf(journal.deployment, journal.service, target);
  const leaving = heldOutAt === undefined ? call : { ...call, leave: heldOutAt };
  const answer = await routerOf(pass).ready(leaving, target, abort);
  if (!answer.ok) return routerFailed(pass, answer.error);
  journal.report({ type: 'deployment.target_admitted', target, evidence: answer.value });
  return null;
}

export function weighIntent({ journal }: Pass, shares: TrafficShares): Report {
  const { state } = journal.deployment;
  const before = sureShares(journal.service);
  return state.status === 'executing'
    ? { type: 'deployment.shift_started', step: state.step, before, shares }
    : { type: 'deployment.traffic_restoring', before, shares };
}

/** Gives the traffic these shares: they are absolute, so that doing it again is harmless. */
export async function weigh(pass: Pass, shares: TrafficShares): Promise<WaitUntil> {
  const { journal, abort } = pass;
  const { state } = journal.deployment;
  const call = changeOfAll(journal.deployment, journal.service);
  const answer = await routerOf(pass).setShares(call, shares, abort);
  if (!answer.ok) return routerFailed(pass, answer.error);
  const evidence = answer.value;
  const counted =
    state.status === 'executing' ? await countOf(pass, oldTargets(pass, shares)) : null;
  journal.report(
    state.status === 'executing'
      ? {
          ...{ type: 'deployment.shifted', step: state.step, shares, evidence },
          ...(counted && { counted }),
        }
      : { type: 'deployment.traffic_restored', shares, evidence },
  );
  return null;
}

function routerFailed(pass: Pass, failure: RouterFailure): WaitUntil {
  if (pass.abort.aborted) return null;
  if (failure.code === 'router/unreachable') return awaitRouter(pass, failure);
  return effectFailed(pass, failure);
}

function routerOf({ router }: Pass): TrafficRouter {
  if (router === null) throw new Error('only what is routed is drained, admitted or weighed');
  return router;
}
