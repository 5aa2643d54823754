import type { TargetId } from '../model/ids.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { FlagStanding } from '../model/plan/flag-standing.js';
import type { RemovedTarget } from '../model/plan/removed-target.js';
import type { Step } from '../model/plan/step.js';
import { heldOutWords } from '../plan/held-out.js';
import { flagKeepingNotes } from '../strategies/parts/flag-keeping.js';
import { narrowingWords } from '../strategies/parts/narrowing-words.js';
import { listed } from '../plan/listed.js';
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
    ...(plan.capacities === undefined ? [] : [capacityNote(plan)]),
    ...(narrowing === undefined ? [] : [narrowingWords(narrowing)]),
    ...(heldOut.length === 0 ? [] : [heldOutNote(heldOut, refused)]),
    ...(plan.removed ?? []).map(removedNote),
    ...(plan.moved ?? []).map(movedNote),
    ...(plan.flagsAt ?? []).map((standing) => flagNote(standing, plan.steps)),
    ...flagKeepingNotes(plan.strategy),
  ];
}

/** What the targets can carry, the largest first, and who says so. */
function capacityNote({ targets, capacities = {} }: DeploymentPlan): string {
  const sizes = Object.entries(capacities).toSorted(([, a], [, b]) => b - a);
  const each = listed(sizes.map(([id, size]) => `${id} ${Number(size.toFixed(3))}`));
  const configured = targets.some(({ capacity }) => capacity !== undefined);
  const source = configured ? '' : ", by the balancer's own configuration";
  return `the traffic goes by capacity: ${each}${source}`;
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

/** Who loses what a flag shows them now, and when. */
function flagNote({ flag, percent }: FlagStanding, steps: readonly Step[]): string {
  const is = `flag ${flag} is at ${percent}% now`;
  const at = steps.findIndex((step) => step.kind === 'set_flag' && step.flag === flag);
  const first = steps[at];
  const to = first?.kind === 'set_flag' ? first.percent : percent;
  if (to === percent) return `${is} and stays there: nobody loses it`;
  if (to > percent) return `${is} and stays there until step ${at + 1}: nobody loses it`;
  const share = Math.round((percent - to) * 1_000) / 1_000;
  const whom = to > 0 ? `${share}% of the users` : 'everybody who has it';
  return `${is}: step ${at + 1} takes it from ${whom}`;
}

/** What becomes of a target that left the configuration. */
export function removedNote(removed: RemovedTarget): string {
  return `${runningWords(removed)} left the configuration: ${thenWords(removed)}`;
}
