import type { TargetId } from '../model/ids.js';
import {
  type Deployment,
  isTouched,
  progressOf,
  touchedTargets,
} from '../model/deployment/deployment.js';
import type { TargetState } from '../model/target.js';
import { listed } from './listed.js';

/** Somebody wrote that a call begins, and nobody that it ended. */
export const UNSETTLED: ReadonlySet<TargetState> = new Set(['started', 'restoring', 'retiring']);

/** Targets where a driver may still be at work, or may have left anything at all. */
export const openCalls = (deployment: Deployment): readonly TargetId[] =>
  touchedTargets(deployment).filter((id) => {
    const { state, retryAt } = progressOf(deployment, id);
    return UNSETTLED.has(state) && retryAt === null;
  });

/** What is where after an end that waited for nothing: as far as this deployment knows, in a sentence part. */
export function leftBehind(deployment: Deployment): string {
  const { plan, progress } = deployment;
  const touched = touchedTargets(deployment);
  const places = new Map<string, TargetId[]>();
  const open = new Set(openCalls(deployment));
  for (const id of touched) {
    const what = open.has(id) ? 'an unknown version (its call has no end)' : runs(deployment, id);
    places.set(what, [...(places.get(what) ?? []), id]);
  }
  const untouched = plan.targets.filter(({ id }) => !isTouched(deployment, id)).length;
  const flags = Object.entries(progress.flags).filter(([, { settled }]) => !settled);
  const parts = [
    ...[...places].map(([what, ids]) => `${what} on ${listed(ids)}`),
    ...(untouched > 0 && touched.length > 0 ? [`${untouched} not touched`] : []),
    ...(progress.traffic?.settled === false ? ['traffic where the router left it'] : []),
    ...flags.map(([flag]) => `flag ${flag} where its store left it`),
  ];
  return parts.length === 0 ? 'no target was touched' : parts.join(', ');
}

function runs(deployment: Deployment, id: TargetId): string {
  const { state, version } = progressOf(deployment, id);
  if (state === 'retired' || (state === 'restored' && version === null)) return 'nothing';
  return version ?? 'an unknown version';
}
