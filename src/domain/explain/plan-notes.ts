import type { TargetId } from '../model/ids.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import { heldOutWords } from '../plan/held-out.js';

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
  const { heldOut } = plan.forecast;
  const refused = plan.policy.heldOut === 'refuse';
  return [sightWords(plan), ...(heldOut.length === 0 ? [] : [heldOutNote(heldOut, refused)])];
}
