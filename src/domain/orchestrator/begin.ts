import { stepsFor } from '../strategies/restep.js';
import { coloursOf } from '../strategies/colours.js';
import type { PlanRefusal } from '../strategies/strategy.js';
import type { Version } from '../ids.js';
import { touchedTargets } from '../plan/deployment.js';
import type { PlanCommand } from '../plan/plan-command.js';
import { ok, type Result } from '../result.js';
import type { Leg } from './leg.js';

/** Begins an approved deployment: fixes what it goes back to, and the steps for what is live now. */
export async function begin(leg: Leg): Promise<void> {
  const { journal, lastGood, admitted } = leg;
  const { state, id } = journal.deployment;
  if (state.status === 'approved' && state.step !== undefined) return beginAgain(leg);
  const previous =
    lastGood?.version == null || lastGood.deploymentId === id
      ? null
      : { version: lastGood.version, deploymentId: lastGood.deploymentId };
  const situation = await situationOf(leg, previous?.version ?? null);
  if (!situation.ok) {
    const { path, message } = situation.error;
    const reason = `cannot be carried out any more: ${path}: ${message}`;
    journal.submit({ type: 'give_up', reason });
    return;
  }
  const overridden = admitted?.overridden ?? [];
  journal.submit({
    type: 'begin',
    previous,
    ...situation.value,
    ...(overridden.length > 0 && { overridden }),
  });
}

/** A retry goes on only with what it left: something newer may have come since, or come and gone. */
async function beginAgain({ journal, lastGood, knownTargets }: Leg): Promise<void> {
  const { deployment } = journal;
  const { previous, id } = deployment;
  const active = lastGood?.deploymentId ?? null;
  const known = await knownTargets();
  const changed = touchedTargets(deployment).find((target) => {
    const by = known.get(target)?.deploymentId;
    return by != null && by !== id;
  });
  if (active !== (previous?.deploymentId ?? null)) {
    const reason = `not retried: ${active ?? 'nothing'} is active by now`;
    journal.submit({ type: 'give_up', reason, overtaken: true });
  } else if (changed !== undefined) {
    const reason = `not retried: ${changed} was changed by another deployment since`;
    journal.submit({ type: 'give_up', reason, overtaken: true });
  } else journal.submit({ type: 'begin', previous });
}

type Situation = Pick<Extract<PlanCommand, { type: 'begin' }>, 'replanned' | 'live'>;

/** With colours, what is planned depends on which of them is live. */
async function situationOf(
  { journal, knownTargets }: Leg,
  active: Version | null,
): Promise<Result<Situation, PlanRefusal>> {
  const { plan } = journal.deployment;
  if (plan.targets.every(({ metadata }) => metadata['colour'] === undefined)) return ok({});
  const known = await knownTargets();
  const again = stepsFor(journal.deployment, known, active);
  if (!again.ok) return again;
  const colours = plan.router === null ? null : coloursOf(plan.targets, known, active);
  const alone = colours !== null && colours.live.length > 0 && !colours.idleServes;
  return ok({
    ...(again.value && { replanned: again.value }),
    ...(alone && { live: colours.live }),
  });
}
