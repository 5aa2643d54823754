import type { TargetId } from '../model/ids.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { RemovedTarget } from '../model/plan/removed-target.js';
import { heldOutWords } from '../plan/held-out.js';
import { narrowingWords } from '../strategies/parts/narrowing-words.js';
import { movedNote, runningWords } from '../plan/removed-words.js';

/** Checks of the worker's own machine: they say nothing of a target. */
const OF_THE_WORKER: ReadonlySet<string> = new Set(['memory', 'disk']);

/** Who says what serves while a plan is carried out, in a sentence part. */
export function sightWords({ router, checks }: Pick<DeploymentPlan, 'router' | 'checks'>): string {
  if (router !== null) return `the ${router} router says what serves`;
  return checks.some(({ kind }) => !OF_THE_WORKER.has(kind))
    ? 'the checks say what serves'
    : 'nothing says what serves here: what was asked for counts';
}

/** What becomes of targets that somebody else holds out of the router. */
export function heldOutNote(ids: readonly TargetId[], refused: boolean): string {
  const gets = ids.length === 1 ? 'it gets' : 'they get';
  const then = refused
    ? 'the deployment begins once that ends'
    : `${gets} the version and no traffic`;
  return `${heldOutWords(ids)}: ${then}`;
}

/** What a plan rests on, beside its steps, each in a sentence part. */
export function planNotes(plan: DeploymentPlan): readonly string[] {
  const { heldOut, narrowing } = plan.forecast;
  const refused = plan.policy.heldOut === 'refuse';
  return [
    sightWords(plan),
    ...(narrowing === undefined ? [] : [narrowingWords(narrowing)]),
    ...(heldOut.length === 0 ? [] : [heldOutNote(heldOut, refused)]),
    ...(plan.removed ?? []).map(removedNote),
    ...(plan.moved ?? []).map(movedNote),
  ];
}

function thenWords({ fate, reason, placeOf }: RemovedTarget): string {
  const there = `${placeOf ?? 'another'} is at the same place`;
  switch (fate) {
    case 'retire':
      return 'it is removed once the new version serves';
    case 'retire_first':
      return `${there}, and it is removed before that is deployed to`;
    case 'replace':
      return `${there}, and takes it over`;
    case 'leave':
      return reason === null ? 'it stays as it is' : `it stays as it is: ${reason}`;
  }
}

/** What becomes of a target that left the configuration. */
export function removedNote(removed: RemovedTarget): string {
  return `${runningWords(removed)} left the configuration: ${thenWords(removed)}`;
}
