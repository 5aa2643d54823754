import type { Version } from '../../model/ids.js';
import type { SetFlagStep } from '../../model/plan/step.js';
import type { FlagCall, FlagFailure } from '../../ports/flag-store.js';
import { effectFailed } from '../pass/effect-failed.js';
import { Fenced } from '../journal/fenced.js';
import type { Pass, WaitUntil } from '../pass/pass.js';

/** Sets the flag to the step's percentage. What it was before this deployment is kept for the way back. */
export async function setFlag(pass: Pass, step: SetFlagStep, number: number): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  if (flags === null) return effectFailed(pass, NO_FLAGS);
  const { flag, percent } = step;
  const known = journal.deployment.progress.flags[flag];
  let before: number | null = known?.before ?? null;
  if (known === undefined) {
    const read = await flags.read(flag, abort);
    if (!read.ok) return effectFailed(pass, read.error);
    before = read.value?.percent ?? null;
  }
  const ticket = journal.submit({ type: 'start_flag', step: number, before });
  await journal.flush();
  if (ticket.refusal !== null || abort.aborted) return null;
  const answer = await flags.set(flagCall(pass, journal.deployment.version), flag, percent, abort);
  if (!answer.ok) return flagFailed(pass, answer.error);
  journal.submit({ type: 'finish_flag', step: number, evidence: answer.value });
  return null;
}

/** @param version what the flag then shows */
export function flagCall({ journal, fence }: Pass, version: Version): FlagCall {
  const { id: deploymentId, service, environment } = journal.deployment;
  return { deploymentId, service, environment, version, fence };
}

function flagFailed(pass: Pass, failure: FlagFailure): WaitUntil {
  if (failure.code === 'flag/fenced') throw new Fenced(failure.message);
  return effectFailed(pass, failure);
}

export const NO_FLAGS: FlagFailure = {
  code: 'flag/rejected',
  message: 'no flag store is configured for this service here',
  transient: false,
};
