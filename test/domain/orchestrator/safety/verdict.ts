import {
  type Deployment,
  deployedTargets,
  progressOf,
  stepsOf,
  touchedTargets,
} from '../../../../src/domain/plan/deployment.js';
import { evolve } from '../../../../src/domain/plan/evolve.js';
import type { RecordedEvent } from '../../../../src/domain/plan/plan-event.js';
import { isTerminal } from '../../../../src/domain/plan/plan-state.js';
import { API } from '../../../support/fixtures.js';
import { newDeployment } from '../../../../src/domain/orchestrator/new-deployment.js';
import type { Life } from './life.js';

/** Everything that should hold at the end of a life, and does not. */
export async function faultsOf(life: Life): Promise<readonly string[]> {
  const { cluster, yard } = life;
  const rows = [...cluster.state.deployments.values()];
  const [its] = cluster.state.services.values();
  const limits = [...cluster.state.limits].filter(([, ids]) => ids.size > 0);
  const all = rows.map(({ deployment }) => deployment);
  const last = all.find(({ id }) => id === cluster.state.ended);
  return [
    ...yard.violations,
    ...cluster.violations,
    ...all.filter(({ state }) => !isTerminal(state.status)).map(({ id }) => `${id} has not ended`),
    ...(its?.holder == null ? [] : [`the slot is still held by ${its.holder}`]),
    ...(its === undefined || its.line.length === 0 ? [] : [`in line: ${its.line.join(', ')}`]),
    ...limits.map(([key]) => `${key} is still counted`),
    ...rows.flatMap(({ deployment, events }) => inOrder(deployment, events)),
    ...(await countersOf(life)),
    ...all.flatMap((deployment) => addsUp(deployment)),
    ...all.flatMap((deployment) => believes(life, deployment, all)),
    ...(last === undefined ? [] : await asItSays(life, last)),
    ...(await activeFaults(life)),
  ];
}

/** Numbered from 1 without a gap, and the record is what they come to. */
function inOrder(deployment: Deployment, events: readonly RecordedEvent[]): readonly string[] {
  const numbers = events.map(({ sequence }) => sequence);
  const gaps = numbers.some((number, at) => number !== at + 1);
  if (gaps || deployment.revision !== events.length)
    return [`${deployment.id}: events ${numbers.join()}`];
  const { deployment: blank } = newDeployment(
    { ...deployment, approve: false },
    deployment.plan,
    deployment.createdAt,
  );
  const folded = events.slice(1).reduce(evolve, blank);
  const same = JSON.stringify(plain(folded)) === JSON.stringify(plain(deployment));
  return same ? [] : [`${deployment.id} is not what its events come to`];
}

const plain = ({
  state,
  targets,
  course,
  analyses,
  previous,
  health,
  startedAt,
  endedAt,
}: Deployment) => ({
  ...{ state, course, analyses, previous, health, startedAt, endedAt },
  targets: [...targets],
});

async function countersOf({ cluster }: Life): Promise<readonly string[]> {
  const counters: Readonly<Record<string, number>> = await cluster.index.counters();
  const counted = Object.values(counters).reduce((sum, count) => sum + count, 0);
  const known = cluster.state.deployments.size;
  return counted === known ? [] : [`counters tell of ${counted}, there are ${known}`];
}

/** Each target is deployed to once, and every shift gives away exactly everything. */
function addsUp(deployment: Deployment): readonly string[] {
  const { id, plan } = deployment;
  const faults: string[] = [];
  const deployed = stepsOf(deployment).flatMap((step) =>
    step.kind === 'deploy' ? step.targets : [],
  );
  if (new Set(deployed).size !== deployed.length) faults.push(`${id} deploys to a target twice`);
  if (deployed.some((target) => !plan.targets.some((each) => each.id === target))) {
    faults.push(`${id} deploys to what is no target of its`);
  }
  for (const step of stepsOf(deployment)) {
    if (step.kind !== 'shift') continue;
    const given =
      (step.percent > 0 ? 1 : 0) * step.to.length + (step.percent < 100 ? step.from.length : 0);
    if (step.percent < 0 || step.percent > 100 || given === 0)
      faults.push(`${id} shifts ${step.percent}%`);
    if (step.percent < 100 && step.from.length === 0) faults.push(`${id} shifts to nobody`);
  }
  return faults;
}

/** Whoever touched a target last has it in its record as it is. */
function believes(
  { yard }: Life,
  deployment: Deployment,
  all: readonly Deployment[],
): readonly string[] {
  return touchedTargets(deployment).flatMap((target) => {
    const { state, version, fence } = progressOf(deployment, target);
    const newer = all.some((other) => progressOf(other, target).fence > fence);
    if (newer || (state !== 'updated' && state !== 'restored')) return [];
    const runs = yard.runs.get(target) ?? null;
    return runs === version ? [] : [`${target} is ${state} with ${version}, and runs ${runs}`];
  });
}

/** What the last one to end left is what its end says. */
async function asItSays({ yard, cluster }: Life, last: Deployment): Promise<readonly string[]> {
  const { state, id, course, plan } = last;
  const never = new AbortController().signal;
  if (state.status !== 'rolled_back' && state.status !== 'completed') return [];
  const faults: string[] = [];
  const drained = yard.router.drained(API);
  const well = state.status === 'completed' ? 'updated' : 'restored';
  for (const target of touchedTargets(last)) {
    const progress = progressOf(last, target);
    if (progress.state === well && progress.version !== null && drained.has(target)) {
      faults.push(`${target} is ${well} and gets nothing from the router`);
    }
    if (state.status === 'rolled_back' && progress.state !== 'restored') {
      faults.push(`${id} is rolled back and ${target} is ${progress.state}`);
    }
  }
  const wanted = state.status === 'rolled_back' ? course.traffic?.before : course.traffic?.now;
  if (wanted !== undefined && last.previous !== null) {
    await yard.look();
    const off = plan.targets.filter(
      ({ id: target }) => Math.abs((yard.shares[target] ?? 0) - (wanted[target] ?? 0)) > 0.01,
    );
    if (off.length > 0 && drained.size === 0) {
      faults.push(
        `traffic is ${JSON.stringify(yard.shares)}, and was to be ${JSON.stringify(wanted)}`,
      );
    }
  }
  for (const [flag, set] of Object.entries(course.flags)) {
    const kept = await yard.flags.read(flag, never);
    const percent = kept.ok ? (kept.value?.percent ?? null) : null;
    const meant = state.status === 'rolled_back' ? set.before : lastPercent(last, flag);
    if (percent !== meant) faults.push(`${flag} is at ${percent}, and was to be at ${meant}`);
  }
  const active = await cluster.index.active(API);
  if (state.status === 'completed' && active?.deploymentId !== id)
    faults.push(`${id} is not active`);
  return faults;
}

function lastPercent(deployment: Deployment, flag: string): number | null {
  const set = stepsOf(deployment).findLast(
    (step) => step.kind === 'set_flag' && step.flag === flag,
  );
  return set?.kind === 'set_flag' ? set.percent : null;
}

/** The active map names a version only where every target of that deployment runs it. */
async function activeFaults({ cluster, yard }: Life): Promise<readonly string[]> {
  const active = await cluster.index.active(API);
  const row = active && cluster.state.deployments.get(active.deploymentId);
  if (!active || !row || active.version === null) return [];
  return deployedTargets(row.deployment)
    .filter((target) => yard.runs.get(target) !== active.version)
    .map((target) => `active is ${active.version}, and ${target} runs ${yard.runs.get(target)}`);
}
