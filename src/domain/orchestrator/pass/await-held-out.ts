import type { Deployment } from '../../model/deployment/deployment.js';
import { heldOutOf, heldOutWords } from '../../plan/held-out.js';
import type { Hold, HoldKind } from '../../model/hold.js';
import type { Pass, WaitUntil } from './pass.js';
import { look } from './look.js';
import { heldUntil } from '../held-until.js';

/**
 * Under `heldOut: refuse` nothing begins while somebody else holds a target of
 * the plan out of the router, or while the router cannot be asked. Answers when
 * to look again; `null` where it may begin.
 */
export async function awaitHeldOut(pass: Pass): Promise<WaitUntil> {
  const { journal, router, abort, clock } = pass;
  const { targets, policy } = journal.deployment.plan;
  if (policy.heldOut !== 'refuse' || router === null) return null;
  const unseen = await look(pass);
  if (unseen !== null || abort.aborted) return unseen;
  const out = heldOutOf(targets, journal.service.targets);
  if (out.length === 0) return null;
  const hold: Hold = {
    kind: 'held_out',
    reason: heldOutWords(out),
    until: null,
    liftedBy: 'whoever puts the targets back into the router',
  };
  journal.submit({ type: 'hold', hold });
  return heldUntil(journal.deployment, hold, clock.now());
}

const BEFORE_START: ReadonlySet<HoldKind> = new Set(['held_out', 'router']);

/** It has not begun, and the world keeps it from that: others may have the slot meanwhile. */
export const isKeptFromStart = ({ state, progress: { hold } }: Deployment): boolean =>
  state.status === 'approved' && hold !== null && BEFORE_START.has(hold.kind);
