import type { Pass, WaitUntil } from '../pass/pass.js';
import { Fenced } from '../journal/fenced.js';
import { restoringFailed } from '../pass/restoring-failed.js';
import { flagCall, NO_FLAGS } from './set-flag.js';

/** Gives every flag that this deployment set the percentage that it had before. */
export async function restoreFlags(pass: Pass): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  const { version, previous } = journal.deployment;
  const call = flagCall(pass, previous?.version ?? version);
  for (const [flag, state] of Object.entries(journal.deployment.progress.flags)) {
    if (state.settled && state.now === state.before) continue;
    if (flags === null) return restoringFailed(pass, { ...NO_FLAGS, transient: true });
    const answer = await flags.set(call, flag, state.before, abort);
    if (!answer.ok && answer.error.code === 'flag/fenced') {
      throw new Fenced(answer.error.message);
    }
    if (!answer.ok) return restoringFailed(pass, answer.error);
    journal.submit({ type: 'restore_flag', flag, evidence: answer.value });
    await journal.flush();
  }
  return null;
}
