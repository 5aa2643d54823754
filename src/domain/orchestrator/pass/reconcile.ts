import { floorWords } from '../../plan/floor-words.js';
import { capacitiesIn, floorIn, mateOf } from '../../model/deployment/deployment.js';
import type { TargetId, Version } from '../../model/ids.js';
import type { Way } from '../../reconcile/call-ends.js';
import type { Desired, Effect, Limits, Next } from '../../reconcile/effect.js';
import { nextEffects } from '../../reconcile/next-effects.js';
import { statusOf } from '../../model/service-status.js';
import { turnOf } from '../../reconcile/turns.js';
import { blocked } from './blocked.js';
import type { Pass, WaitUntil } from './pass.js';
import { look } from './look.js';
import { settleOpenCalls } from './settle-open-calls.js';
import { performAll, type Resting } from './wave.js';

/** Where a pass is to come to, and what it does where it can't. */
export interface Goal {
  readonly way: Way;
  readonly desired: Desired;
  /** Targets taken out at once. */
  readonly width: number;
  /** Nothing more is to be begun. */
  readonly isOver: () => boolean;
  /**
   * Too few would serve, and nothing in the world will change that.
   *
   * @param open those that would have to be taken out
   * @returns whether to go on with what is left
   */
  readonly atFloor: (open: readonly TargetId[]) => boolean;
}

/**
 * Brings the service to what is desired: looks what serves, asks what is to be
 * done next, does that, and looks again. Safe to be broken off anywhere, and
 * begun again by anyone.
 *
 * @returns when to go on, where something has to be waited for
 */
export async function reconcile(pass: Pass, goal: Goal): Promise<WaitUntil> {
  const { journal } = pass;
  const versions = new Map(goal.desired.versions);
  const desired: Desired = { ...goal.desired, versions };
  const resting: Resting = new Map();
  const limits = limitsOf(pass, goal, resting);
  for (let waves = 0; ; waves += 1) {
    if (goal.isOver()) return null;
    // Nothing more is taken out: nobody has to be asked what serves.
    if (waves > 0 && nextEffects(journal.service, desired, limits).kind === 'done') return null;
    const unseen = await look(pass);
    if (unseen !== null || goal.isOver()) return unseen;
    const next = nextEffects(journal.service, desired, limits);
    if (next.kind !== 'effects') {
      const waitUntil = await settled(pass, goal, versions, next);
      if (waitUntil !== 'again') return waitUntil;
      continue;
    }
    const before = journal.deployment.revision;
    const waitUntil = await performAll(pass, next.effects, goal.way, resting);
    if (waitUntil !== null) return waitUntil;
    forgetDone(pass, desired, versions, next.effects);
    const moved = journal.deployment.revision > before || resting.size > 0;
    if (!moved && !goal.isOver()) throw new Error(`nothing came of ${next.effects[0]?.kind}`);
  }
}

function limitsOf({ journal, router, clock }: Pass, goal: Goal, resting: Resting): Limits {
  return {
    floor: floorIn(journal.deployment),
    capacities: capacitiesIn(journal.deployment),
    width: goal.width,
    routed: router !== null,
    mateOf: (id) => mateOf(journal.deployment.plan, id),
    turnOf: (id) => {
      const notBefore = resting.get(id) ?? 0;
      return notBefore > clock.now() ? { notBefore } : turnOf(journal.deployment, id, clock.now());
    },
  };
}

/** What is as desired needs no second look; while a check is to come, it is not to be forgotten. */
function forgetDone(
  { journal }: Pass,
  { admits, isDone }: Desired,
  versions: Map<TargetId, Version | null>,
  effects: readonly Effect[],
): void {
  if (!admits) return;
  for (const effect of effects) {
    if (effect.kind !== 'apply') continue;
    const { target } = effect;
    if (isDone(target, statusOf(journal.service, target))) versions.delete(target);
  }
}

async function settled(
  pass: Pass,
  goal: Goal,
  versions: ReadonlyMap<TargetId, Version | null>,
  next: Exclude<Next, { kind: 'effects' }>,
): Promise<WaitUntil | 'again'> {
  if (next.kind === 'wait') return next.until;
  if (next.kind === 'done') return null;
  const { deployment, service } = pass.journal;
  const open = [...versions.keys()].filter(
    (id) =>
      !goal.desired.isDone(id, statusOf(service, id)) &&
      turnOf(deployment, id, pass.clock.now()) !== 'given_up',
  );
  // What is given up, or has to wait, is left with no call that may still be going on.
  if (open.some((id) => statusOf(service, id).call !== null)) {
    const left = await settleOpenCalls(pass, open);
    return left ?? 'again';
  }
  if (next.ours) return goal.atFloor(open) ? 'again' : null;
  return blocked(pass, {
    kind: 'capacity',
    reason:
      open.length === 0
        ? 'the traffic stays where it is: too few of the targets that are to have it serve'
        : `too few targets serve for another to be taken out: at least ${floorWords(deployment).least} must go on serving`,
    liftedBy: 'targets that serve again',
  });
}
