import type { Hold } from '../policy/hold.js';
import type { Leg, Rest } from './leg.js';

/** What the world has broken is looked at again this often, in milliseconds. */
const LOOK_AGAIN_MS = 2_000;

/** Something in the world keeps it from going on: that is said once, and looked at again until its deadline. */
export function blocked({ journal, clock }: Leg, hold: Omit<Hold, 'until'>): Rest {
  journal.submit({ type: 'hold', hold: { ...hold, until: null } });
  return clock.now() + LOOK_AGAIN_MS;
}
