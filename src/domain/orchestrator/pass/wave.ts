import type { TargetId } from '../../model/ids.js';
import type { Report } from '../../plan/machine/report-rules.js';
import type { Effect } from '../../reconcile/effect.js';
import type { Way } from '../../reconcile/call-ends.js';
import { statusOf } from '../../model/service-status.js';
import { applyCall, intentOf, settleEarlier } from './call-driver.js';
import { admit, drain, weigh, weighIntent } from './call-router.js';
import { allToTheirEnds, earliest, type Leg, type Rest } from './leg.js';

/** As many intents are written at once. */
const MOST_AT_ONCE = 500;

/** Targets whose earlier call has not ended yet, and when to ask again (epoch milliseconds). */
export type Resting = Map<TargetId, number>;

/**
 * Does all of these at once, each on the same road: what an earlier call left
 * open is settled, the intent is written, the call is made, its end is written.
 *
 * @param resting takes those that have to be waited for alone
 * @returns when to go on, where everything has to wait
 */
export async function performAll(
  leg: Leg,
  effects: readonly Effect[],
  way: Way,
  resting: Resting,
): Promise<Rest> {
  const { journal, abort } = leg;
  const works: Promise<Rest>[] = [];
  let running = effects.length;
  const perform = async (effect: Effect): Promise<Rest> => {
    const rest = await carryOut(leg, effect, way);
    running -= 1;
    // The last report of a wave is written with what comes next; the others do not wait for it.
    if (running > 0) await journal.flush();
    return rest;
  };
  const begin = async (part: readonly Effect[]): Promise<void> => {
    const open = await settleAll(leg, part, way, resting);
    if (abort.aborted) return;
    const told = open.filter(
      (effect) => journal.report(announcement(leg, effect, way)).refusal === null,
    );
    running -= part.length - told.length;
    await journal.flush();
    if (!abort.aborted && !isOver(leg, way)) works.push(...told.map(perform));
  };
  for (let at = 0; at < effects.length; at += MOST_AT_ONCE) {
    works.push(begin(effects.slice(at, at + MOST_AT_ONCE)).then(() => null));
    await works.at(-1)?.catch(() => null);
  }
  return earliest(await allToTheirEnds(works));
}

/** Orders that others wrote came in with the flush. */
const isOver = ({ journal }: Leg, way: Way): boolean =>
  journal.deployment.state.status !== (way === 'restore' ? 'rolling_back' : 'executing');

/** Those that nothing is in the way of: no earlier call that goes on, or that did it already. */
async function settleAll(
  leg: Leg,
  effects: readonly Effect[],
  way: Way,
  resting: Resting,
): Promise<readonly Effect[]> {
  const open = await allToTheirEnds(
    effects.map(async (effect) => {
      const call =
        effect.kind === 'apply' ? statusOf(leg.journal.service, effect.target).call : null;
      if (effect.kind !== 'apply' || call === null) return [effect];
      const end = await settleEarlier(leg, effect, call, way);
      if (typeof end === 'number') resting.set(effect.target, end);
      return end === 'open' ? [effect] : [];
    }),
  );
  return open.flat();
}

function announcement(leg: Leg, effect: Effect, way: Way): Report {
  switch (effect.kind) {
    case 'drain':
      return { type: 'deployment.target_draining', target: effect.target };
    case 'admit':
      return { type: 'deployment.target_admitting', target: effect.target };
    case 'weigh':
      return weighIntent(leg, effect.shares);
    case 'apply':
      return intentOf(leg, effect, way);
  }
}

function carryOut(leg: Leg, effect: Effect, way: Way): Promise<Rest> {
  switch (effect.kind) {
    case 'drain':
      return drain(leg, effect.target, way);
    case 'admit':
      return admit(leg, effect.target);
    case 'weigh':
      return weigh(leg, effect.shares);
    case 'apply':
      return applyCall(leg, effect, way);
  }
}
