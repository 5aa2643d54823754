import type { Explanation } from '../../domain/explain/explanation.js';
import { isoOrNull, isoTime } from './deployment-view.js';

/** An explanation as `explain` gives it; programs rely on this shape. */
export const explanationView = ({
  id,
  state,
  reason,
  step,
  holds,
  sight,
  heldOut,
  metricNotes,
  calls,
  deadlines,
  next,
  nextAt,
  options,
}: Explanation) => ({
  id,
  state,
  reason,
  step,
  holds: holds.map((hold) => ({
    ...hold,
    since: isoOrNull(hold.since),
    until: isoOrNull(hold.until),
  })),
  sight,
  heldOut,
  metricNotes,
  calls: calls.map((call) => ({ ...call, since: isoOrNull(call.since) })),
  deadlines: deadlines.map((deadline) => ({ ...deadline, at: isoTime(deadline.at) })),
  next,
  nextAt: isoOrNull(nextAt),
  options,
});
