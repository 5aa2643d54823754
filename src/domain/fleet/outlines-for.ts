import type { ServiceRef } from '../model/ids.js';
import { fingerprintIn } from './knowledge.js';
import type { Outline, WorkerRoster, WorkerSign } from './worker-sign.js';

/** What can be shown of the configuration of then, and of those that workers have of the service now. */
export async function outlinesFor(
  roster: Pick<WorkerRoster, 'outlineOf'>,
  planned: string | undefined,
  ref: ServiceRef,
  workers: readonly WorkerSign[],
): Promise<ReadonlyMap<string, Outline>> {
  const now = workers.map(({ knowledge }) => fingerprintIn(knowledge, ref));
  const wanted = new Set([planned ?? null, ...now].filter((name) => name !== null));
  const found = await Promise.all(
    [...wanted].map(async (name) => [name, await roster.outlineOf(name)] as const),
  );
  return new Map(found.flatMap(([name, outline]) => (outline === null ? [] : [[name, outline]])));
}
