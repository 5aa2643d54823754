import { isFlagSet, type Report } from '../../plan/machine/report-rules.js';
import type { SetFlagStep } from '../../model/plan/step.js';
import type { FlagCall } from '../../ports/flag-store.js';
import { effectFailed, notHere } from '../pass/effect-failed.js';
import { Fenced } from '../journal/fenced.js';
import type { Pass, WaitUntil } from '../pass/pass.js';

/** Sets the flag to the step's percentage. What it was before this deployment is kept for the way back. */
export async function setFlag(
  pass: Pass,
  { flag, percent }: SetFlagStep,
  step: number,
): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  if (flags === null) return notHere(pass, 'flag store');
  const known = journal.deployment.progress.flags[flag];
  let before = known?.before ?? null;
  if (known === undefined) {
    const read = await flags.read(flag, abort);
    if (!read.ok) return effectFailed(pass, read.error);
    before = read.value?.percent ?? null;
  }
  return bring(pass, { type: 'deployment.flag_started', step, flag, before, percent });
}

/** Gives every flag that this deployment set the percentage that it had before. */
export async function restoreFlags(pass: Pass): Promise<WaitUntil> {
  for (const [flag, { before }] of Object.entries(pass.journal.deployment.progress.flags)) {
    const waitUntil = await bring(pass, {
      type: 'deployment.flag_restoring',
      flag,
      percent: before,
    });
    if (waitUntil !== null || pass.abort.aborted) return waitUntil;
  }
  return null;
}

type Intent = Extract<Report, { type: 'deployment.flag_started' | 'deployment.flag_restoring' }>;

/** One road for both ways: the intent is written, the store is called, and its answer is reported. */
async function bring(pass: Pass, intent: Intent): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  const { flag, percent } = intent;
  if (isFlagSet(journal.deployment, intent)) return null;
  if (flags === null) return notHere(pass, 'flag store');
  const ticket = journal.report(intent);
  await journal.flush();
  if (ticket.refusal !== null || abort.aborted) return null;
  const answer = await flags.set(callOf(pass), flag, percent, abort);
  if (!answer.ok && answer.error.code === 'flag/fenced') throw new Fenced(answer.error.message);
  if (!answer.ok) return effectFailed(pass, answer.error);
  const evidence = answer.value;
  journal.report(
    intent.type === 'deployment.flag_started'
      ? { type: 'deployment.flag_set', step: intent.step, flag, percent: intent.percent, evidence }
      : { type: 'deployment.flag_restored', flag, percent, evidence },
  );
  return null;
}

/** With the version that the flag then shows. */
function callOf({ journal, fence }: Pass): FlagCall {
  const { id: deploymentId, service, environment, version, previous, state } = journal.deployment;
  const back = state.status === 'rolling_back' ? previous?.version : undefined;
  return { deploymentId, service, environment, version: back ?? version, fence };
}
