import type { Hold } from '../../model/hold.js';
import type { RouterFailure } from '../../ports/traffic-router.js';
import type { Pass, WaitUntil } from './pass.js';

/** What the world has broken is looked at again this often, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** Something in the world keeps it from going on: that is said once, and looked at again until its deadline. */
export function blocked({ journal, clock }: Pass, hold: Omit<Hold, 'until'>): WaitUntil {
  journal.submit({ type: 'hold', hold: { ...hold, until: null } });
  return clock.now() + LOOK_AGAIN_MS;
}

/** A router that is away does no harm to what it routes: it is waited for. */
export const awaitRouter = (pass: Pass, { message }: RouterFailure): WaitUntil =>
  blocked(pass, {
    kind: 'router',
    reason: `the router cannot be asked: ${message}`,
    liftedBy: 'the router, once it answers',
  });
