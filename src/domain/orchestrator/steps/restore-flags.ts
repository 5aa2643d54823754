import type { Leg, Rest } from '../pass/leg.js';
import { Fenced } from '../journal/fenced.js';
import { restoringFailed } from '../pass/restoring-failed.js';
import { flagCall, NO_FLAGS } from './set-flag.js';

/** Gives every flag that this deployment set the percentage that it had before. */
export async function restoreFlags(leg: Leg): Promise<Rest> {
  const { journal, flags, abort } = leg;
  const { version, previous } = journal.deployment;
  const call = flagCall(leg, previous?.version ?? version);
  for (const [flag, state] of Object.entries(journal.deployment.course.flags)) {
    if (state.settled && state.now === state.before) continue;
    if (flags === null) return restoringFailed(leg, { ...NO_FLAGS, transient: true });
    const answer = await flags.set(call, flag, state.before, abort);
    if (!answer.ok && answer.error.code === 'flag/fenced') {
      throw new Fenced(answer.error.message);
    }
    if (!answer.ok) return restoringFailed(leg, answer.error);
    journal.submit({ type: 'restore_flag', flag, evidence: answer.value });
    await journal.flush();
  }
  return null;
}
