import { healthyTooEarly } from '../support/rounds-of-verdicts.js';
import * as core from './core-under-test.js';
import { refolded } from './refolded.js';

/** What the store keeps beside the deployments themselves, when all have ended; in sentences what is wrong of it. */
export function bookkeepingFaults(record: core.Core): readonly string[] {
  const rows = core.rowsOf(record);
  const { holder, line, limits } = core.slotOf(record);
  return [
    ...(holder === null ? [] : [`the slot is still held by ${holder}`]),
    ...(line.length === 0 ? [] : [`in line: ${line.join(', ')}`]),
    ...limits.map((key) => `${key} is still counted`),
    ...rows.flatMap(({ deployment, events }) => [
      ...inOrder(record, deployment, events),
      ...addsUp(deployment),
      ...healthyTooEarly(deployment),
    ]),
  ];
}

/** Numbered from 1 without a gap, and the record is what they come to. */
function inOrder(
  record: core.Core,
  deployment: core.Deployment,
  events: readonly { readonly sequence: number }[],
): readonly string[] {
  const numbers = events.map(({ sequence }) => sequence);
  if (numbers.some((number, at) => number !== at + 1) || deployment.revision !== numbers.length) {
    return [`${deployment.id}: events ${numbers.join()}`];
  }
  const folded = refolded(record, deployment.id);
  const same = folded !== undefined && plain(folded) === plain(deployment);
  return same ? [] : [`${deployment.id} is not what its events come to`];
}

/** What events make of a deployment. */
function plain(deployment: core.Deployment): string {
  const { state, targets, progress, analyses, previous, health, startedAt, endedAt } = deployment;
  const its = { state, progress, analyses, previous, health, startedAt, endedAt };
  return JSON.stringify({ ...its, targets: [...targets] });
}

/** Each target is deployed to once, and every shift gives away exactly everything. */
function addsUp(deployment: core.Deployment): readonly string[] {
  const { id, plan } = deployment;
  const faults: string[] = [];
  const steps = core.stepsIn(deployment);
  const deployed = steps.flatMap((step) => (step.kind === 'deploy' ? step.targets : []));
  if (new Set(deployed).size !== deployed.length) faults.push(`${id} deploys to a target twice`);
  if (deployed.some((target) => !plan.targets.some((each) => each.id === target))) {
    faults.push(`${id} deploys to what is no target of its`);
  }
  for (const step of steps) {
    if (step.kind !== 'shift') continue;
    const { percent, from } = step;
    if (!(percent >= 0 && percent <= 100)) faults.push(`${id} shifts ${percent}%`);
    if (percent < 100 && from.length === 0) faults.push(`${id} shifts to nobody`);
  }
  return faults;
}
