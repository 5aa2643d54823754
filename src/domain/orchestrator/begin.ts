import { stepsFor } from '../strategies/restep.js';
import { ok } from '../result.js';
import type { Leg } from './leg.js';

/** Begins an approved deployment: fixes what it goes back to, and the steps for what is live now. */
export async function begin(leg: Leg): Promise<void> {
  const { journal, lastGood, admitted } = leg;
  const { state, plan, id, previous: earlier } = journal.deployment;
  if (state.status !== 'approved') return;
  const active = lastGood?.deploymentId ?? null;
  if (state.step !== undefined) {
    // A retry goes on only with what it left: something newer may have come since.
    if (active !== (earlier?.deploymentId ?? null)) {
      const reason = `not retried: ${active ?? 'nothing'} is active by now`;
      journal.submit({ type: 'give_up', reason });
    } else journal.submit({ type: 'begin', previous: earlier });
    return;
  }
  const previous =
    lastGood?.version == null || lastGood.deploymentId === id
      ? null
      : { version: lastGood.version, deploymentId: lastGood.deploymentId };
  const coloured = plan.targets.some(({ metadata }) => metadata['colour'] !== undefined);
  const again = coloured
    ? stepsFor(journal.deployment, await leg.knownTargets(), previous?.version ?? null)
    : ok(null);
  if (!again.ok) {
    const reason = `cannot be carried out any more: ${again.error.path}: ${again.error.message}`;
    journal.submit({ type: 'give_up', reason });
    return;
  }
  const replanned = again.value;
  const overridden = admitted?.overridden ?? [];
  journal.submit({
    type: 'begin',
    previous,
    ...(replanned && { replanned }),
    ...(overridden.length > 0 && { overridden }),
  });
}
