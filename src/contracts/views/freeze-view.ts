import type { Freeze } from '../../domain/model/plan/freeze.js';
import type { AutomationHold } from '../../domain/model/hold.js';
import type { FreezeRecord } from '../../domain/ports/freeze-store.js';
import { isoTime } from './deployment-view.js';

/** A freeze as `--json` and the HTTP surface give it, in the words in which it is asked for. */
export const freezeView = ({ id, scope, reason, by, from, until }: Freeze) => ({
  id,
  scope: { environment: scope.environment, service: scope.service, label: scope.labels },
  reason,
  by,
  from: isoTime(from),
  until: until === null ? null : isoTime(until),
});

export const automationHoldView = ({ reason, since, deploymentId }: AutomationHold) => ({
  reason,
  since: isoTime(since),
  deploymentId,
});

export const freezeRecordView = ({ type, subject, by, reason, at }: FreezeRecord) => ({
  type,
  subject,
  by,
  reason,
  time: isoTime(at),
});
