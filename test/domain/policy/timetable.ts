import type { Calendar, Occurrence } from '../../../src/domain/ports/calendar.js';
import type { Freeze } from '../../../src/domain/model/plan/freeze.js';
import type { PolicySubject } from '../../../src/domain/model/plan/subject.js';
import type { DeploymentWindow } from '../../../src/domain/model/plan/window.js';

export const API: PolicySubject = {
  environment: 'production',
  service: 'api',
  labels: { tier: 'web' },
};

/** A window that occurs just when it is told to: `deny('10-20 40-50')`. */
const occurring =
  (kind: DeploymentWindow['kind']) =>
  (
    times: string,
    reason = kind === 'allow' ? 'office hours' : 'shop is open',
  ): DeploymentWindow => ({
    kind,
    rrule: times,
    start: '1970-01-01T00:00',
    duration: 1,
    timeZone: 'UTC',
    reason,
  });
export const allow = occurring('allow');
export const deny = occurring('deny');

/** Reads the times of such windows. */
export const calendar: Calendar = {
  check: () => null,
  occurrence: ({ rrule }, at) =>
    timesIn(rrule).findLast(({ from, until }) => from <= at && at < until) ?? null,
  next: ({ rrule }, after) => timesIn(rrule).find(({ from }) => from > after)?.from ?? null,
};

const timesIn = (text: string): readonly Occurrence[] =>
  text.split(' ').map((time) => {
    const [from = 0, until = 0] = time.split('-').map(Number);
    return { from, until };
  });

export const aFreeze = (rest: Partial<Freeze> = {}): Freeze => ({
  id: 'f-1',
  scope: { environment: null, service: null, labels: {} },
  reason: 'stocktaking',
  by: 'ann',
  from: 0,
  until: null,
  ...rest,
});
