import type { TargetId, Version } from '../model/ids.js';
import { decided, type Said } from '../plan/machine/decided.js';
import type { Deployment } from '../model/deployment/deployment.js';
import { evolve } from '../plan/fold/evolve.js';
import type { RecordedEvent } from '../model/deployment/plan-event.js';
import type { Report } from '../plan/machine/report-rules.js';
import { serviceChange } from '../reconcile/service-change.js';
import { wayBackEnd } from '../plan/conclusions/way-back-end.js';
import type { Transition } from '../ports/deployment-store.js';
import { evolveStatus } from '../reconcile/evolve-status.js';
import { serviceStatus } from '../model/service-status.js';
import { runs, type TargetStatuses } from '../model/target-status.js';
import { err, ok, type Result } from '../model/result.js';
import type { RepairNote } from './repair.js';
import type { ReadablePlace } from './service-place.js';

interface Standing {
  /** With what the person said of its targets. */
  readonly place: ReadablePlace;
  /** What surely runs on each target that was left. */
  readonly back: ReadonlyMap<TargetId, Version | null>;
}

/**
 * A rollback in one write, as a person walked it: each target that was left is
 * restored to what surely runs there, under a fence of its own.
 *
 * @param at epoch milliseconds
 */
export function wayBack(
  before: Deployment,
  { place, back }: Standing,
  note: RepairNote,
  at: number,
): Result<Transition, string> {
  const { active, stable, revision } = place;
  const service = serviceStatus({ targets: place.targets, active, stable, revision }, before.plan);
  let [after, last, { targets }] = [before, before, service];
  const events: RecordedEvent[] = [];
  for (const what of walked(place.fence, back, note)) {
    const decision = decided(after, what);
    if (!decision.ok) return err(decision.error.message);
    for (const event of decision.value) {
      const recorded = { sequence: after.revision + 1, at, actor: note.by, event };
      events.push(recorded);
      targets = evolveStatus(targets, event, after, at);
      last = after;
      after = evolve(after, recorded);
    }
  }
  const change = serviceChange(after, at, last, { ...service, targets });
  const written = targets.changedSince(service.targets);
  return ok({
    ...{ before, after, events, fence: null, release: false },
    service: { ...change, targets: written, revision },
  });
}

function walked(
  fence: number,
  back: Standing['back'],
  { by, reason }: RepairNote,
): readonly Said[] {
  const why = `settled by hand: ${reason}`;
  return [
    { type: 'rollback', reason: why },
    ...[...back].flatMap(([target, version]): readonly Report[] => {
      const call = { target, version, fence: fence + 1, worker: by };
      return [
        { type: 'deployment.target_restoring', ...call },
        { type: 'deployment.target_restored', target, version, evidence: { settledBy: by } },
      ];
    }),
    wayBackEnd(null),
  ];
}

/** What a target surely runs, `null` for nothing; `undefined` where nobody knows. */
export function runsOn(targets: TargetStatuses, id: TargetId): Version | null | undefined {
  const status = targets.get(id);
  return status && runs(status);
}
