import type { TargetId } from '../../model/ids.js';
import type { Report } from '../../plan/machine/report-rules.js';
import type { Effect } from '../../reconcile/effect.js';
import type { Way } from '../../reconcile/call-ends.js';
import { statusOf } from '../../model/service-status.js';
import { applyCall, intentOf, settleEarlier } from './call-driver.js';
import {
  admit,
  close,
  closeIntent,
  drain,
  drainIntent,
  weigh,
  weighIntent,
} from './call-router.js';
import { allToTheirEnds, earliest, type Pass, type WaitUntil } from './pass.js';

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
  pass: Pass,
  effects: readonly Effect[],
  way: Way,
  resting: Resting,
): Promise<WaitUntil> {
  const { journal, abort } = pass;
  const works: Promise<WaitUntil>[] = [];
  let running = effects.length;
  const perform = async (effect: Effect): Promise<WaitUntil> => {
    const waitUntil = await carryOut(pass, effect, way);
    running -= 1;
    // The last report of a wave is written with what comes next; the others do not wait for it.
    if (running > 0) await journal.flush();
    return waitUntil;
  };
  const begin = async (part: readonly Effect[]): Promise<void> => {
    const open = await settleAll(pass, part, way, resting);
    if (abort.aborted) return;
    const told = open.filter(
      (effect) => journal.report(announcement(pass, effect, way)).refusal === null,
    );
    running -= part.length - told.length;
    await journal.flush();
    if (!abort.aborted && !isOver(pass, way)) works.push(...told.map(perform));
  };
  for (let at = 0; at < effects.length; at += MOST_AT_ONCE) {
    works.push(begin(effects.slice(at, at + MOST_AT_ONCE)).then(() => null));
    await works.at(-1)?.catch(() => null);
  }
  return earliest(await allToTheirEnds(works));
}

/** Orders that others wrote came in with the flush. */
const isOver = ({ journal }: Pass, way: Way): boolean =>
  journal.deployment.state.status !== (way === 'restore' ? 'rolling_back' : 'executing');

/** Those that nothing is in the way of: no earlier call that goes on, or that did it already. */
async function settleAll(
  pass: Pass,
  effects: readonly Effect[],
  way: Way,
  resting: Resting,
): Promise<readonly Effect[]> {
  const open = await allToTheirEnds(
    effects.map(async (effect) => {
      const call =
        effect.kind === 'apply' ? statusOf(pass.journal.service, effect.target).call : null;
      if (effect.kind !== 'apply' || call === null) return [effect];
      const end = await settleEarlier(pass, effect, call, way);
      if (typeof end === 'number') resting.set(effect.target, end);
      return end === 'open' ? [effect] : [];
    }),
  );
  return open.flat();
}

function announcement(pass: Pass, effect: Effect, way: Way): Report {
  switch (effect.kind) {
    case 'drain':
      return drainIntent(pass, effect.target);
    case 'close':
      return closeIntent(pass, effect.target);
    case 'admit':
      return { type: 'deployment.target_admitting', target: effect.target };
    case 'weigh':
      return weighIntent(pass, effect.shares);
    case 'apply':
      return intentOf(pass, effect, way);
  }
}

function carryOut(pass: Pass, effect: Effect, way: Way): Promise<WaitUntil> {
  switch (effect.kind) {
    case 'drain':
      return drain(pass, effect, way);
    case 'close':
      return close(pass, effect.target);
    case 'admit':
      return admit(pass, effect.target);
    case 'weigh':
      return weigh(pass, effect.shares);
    case 'apply':
      return applyCall(pass, effect, way);
  }
}
