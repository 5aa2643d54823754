import { isFlagSet, type Report } from '../../plan/machine/report-rules.js';
import { flagChanged } from '../../plan/conclusions/flag-changed.js';
import { stepsOf } from '../../model/deployment/deployment.js';
import type { ForeignChange } from '../../model/deployment/foreign-change.js';
import type { SetFlagStep } from '../../model/plan/step.js';
import type { FlagCall } from '../../ports/flag-store.js';
import { effectFailed, notHere } from '../pass/effect-failed.js';
import { Fenced } from '../journal/fenced.js';
import type { Pass, WaitUntil } from '../pass/pass.js';

/**
 * Sets the flag to the step's percentage. What it was before this deployment is
 * kept for the way back. What somebody else has made of it since it was written
 * stays, until a person resumes the deployment.
 */
export async function setFlag(pass: Pass, step: SetFlagStep, at: number): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  const { flag, percent } = step;
  if (flags === null) return notHere(pass, 'flag store');
  const known = journal.deployment.progress.flags[flag];
  let before = known?.before ?? null;
  if (known === undefined) {
    const read = await flags.read(flag, abort);
    if (!read.ok) return effectFailed(pass, read.error);
    const standing = read.value;
    before = standing?.percent ?? null;
    if (standing !== null && takesAway(pass, step, standing.percent)) {
      const found = `at ${standing.percent}%`;
      journal.report(flagChanged({ step: at, flag, before, found, mark: standing.mark ?? '' }));
      return null;
    }
  }
  const intent = { type: 'deployment.flag_started', step: at, flag, before, percent } as const;
  return bring(pass, intent, (change) => {
    journal.report(flagChanged({ step: at, flag, ...change, before }));
  });
}

/** Users have it, more of them than when it was planned, and nobody said that they lose it. */
const takesAway = ({ journal }: Pass, { percent, restart }: SetFlagStep, before: number): boolean =>
  before > percent && restart !== true && journal.deployment.rollback === null;

/** Gives every flag that this deployment set the percentage that it had before; what others made of it stays. */
export async function restoreFlags(pass: Pass): Promise<WaitUntil> {
  for (const [flag, { before, left }] of Object.entries(pass.journal.deployment.progress.flags)) {
    if (left) continue;
    const intent = { type: 'deployment.flag_restoring', flag, percent: before } as const;
    const waitUntil = await bring(pass, intent, ({ found }) => {
      pass.journal.report({ type: 'deployment.flag_left', flag, found });
    });
    if (waitUntil !== null || pass.abort.aborted) return waitUntil;
  }
  return null;
}

type Intent = Extract<Report, { type: 'deployment.flag_started' | 'deployment.flag_restoring' }>;

/** One road for both ways: the intent is written, the store is called, and its answer is reported. */
async function bring(
  pass: Pass,
  intent: Intent,
  onChange: (change: ForeignChange) => void,
): Promise<WaitUntil> {
  const { journal, flags, abort } = pass;
  const { flag, percent } = intent;
  if (isFlagSet(journal.deployment, intent)) return null;
  if (flags === null) return notHere(pass, 'flag store');
  const call = callOf(pass, intent);
  const ticket = journal.report(intent);
  await journal.flush();
  if (ticket.refusal !== null || abort.aborted) return null;
  const answer = await flags.set(call, flag, percent, abort);
  if (!answer.ok) {
    const { code, message, change } = answer.error;
    if (code === 'flag/fenced') throw new Fenced(message);
    if (change === undefined) return effectFailed(pass, answer.error);
    onChange(change);
    return null;
  }
  const evidence = answer.value;
  journal.report(
    intent.type === 'deployment.flag_started'
      ? { type: 'deployment.flag_set', step: intent.step, flag, percent: intent.percent, evidence }
      : { type: 'deployment.flag_restored', flag, percent, evidence },
  );
  return null;
}

/** With the version that the flag then shows, and whose change it may overwrite. */
function callOf({ journal, fence }: Pass, { type, flag }: Intent): FlagCall {
  const { deployment } = journal;
  const { id: deploymentId, service, environment, version, previous, progress } = deployment;
  const { mark, foreign } = progress.flags[flag] ?? {};
  const forwards = type === 'deployment.flag_started';
  const isAny = stepsOf(deployment).some(
    (step) =>
      step.kind === 'set_flag' && step.flag === flag && step.onForeignChange === 'overwrite',
  );
  // Whoever resumed it has seen this change; whoever took it back has not asked for that.
  const seen = forwards ? foreign?.mark : undefined;
  return {
    ...{ deploymentId, service, environment, fence },
    version: forwards ? version : (previous?.version ?? version),
    wrote: mark,
    overwrites: isAny ? 'any' : seen,
  };
}
