import type { Explanation } from '../../domain/explain/explanation.js';
import type { GivenUpDrain } from '../../domain/explain/drains.js';
import type { FailedCall } from '../../domain/explain/failed-calls.js';
import { lastLines } from './last-lines.js';
import { drainView, isoOrNull, isoTime } from './deployment-view.js';

/** An explanation as `explain` gives it; programs rely on this shape. */
export const explanationView = (
  {
    id,
    state,
    reason,
    step,
    holds,
    sight,
    heldOut,
    behind,
    metricNotes,
    configuration,
    drains,
    calls,
    deadlines,
    next,
    nextAt,
    options,
  }: Explanation,
  failures: readonly FailedCall[],
  givenUp: readonly GivenUpDrain[] = [],
) => ({
  id,
  state,
  reason,
  step,
  failures: failures.map(({ target, error, evidence, at }) => ({
    ...{ target, error, at: isoTime(at), lastLines: lastLines(evidence) },
  })),
  holds: holds.map((hold) => ({
    ...hold,
    since: isoOrNull(hold.since),
    until: isoOrNull(hold.until),
  })),
  sight,
  heldOut,
  behind,
  metricNotes,
  configuration,
  drains: drains.map(({ target, ...drain }) => ({ target, ...drainView(drain) })),
  drainsGivenUp: givenUp.map(({ target, count, waitedMs, at }) => ({
    ...{ target, left: count?.left ?? null, of: count?.of ?? null, waitedMs, at: isoTime(at) },
  })),
  calls: calls.map((call) => ({ ...call, since: isoOrNull(call.since) })),
  deadlines: deadlines.map((deadline) => ({ ...deadline, at: isoTime(deadline.at) })),
  next,
  nextAt: isoOrNull(nextAt),
  options,
});
