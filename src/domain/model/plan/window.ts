import { hasLabels, type Labels, type PolicySubject } from './subject.js';

/**
 * A time that comes again, in which deployments may begin (`allow`) or may not
 * (`deny`). What has begun is not stopped by it.
 */
export interface DeploymentWindow {
  readonly kind: 'allow' | 'deny';
  /** A recurrence rule of RFC 5545 without its property name: `FREQ=WEEKLY;BYDAY=SA,SU`. */
  readonly rrule: string;
  /** DTSTART in the window's zone (`2026-01-05T09:00`): its first day, and its hour where the rule gives none. */
  readonly start: string;
  /** Milliseconds that pass: a night in which the clocks change makes it neither longer nor shorter. */
  readonly duration?: number | undefined;
  /** The end on the clock of the zone, instead of `duration`: the next `MO 00:00` or `06:00` after each start. */
  readonly until?: string | undefined;
  /** An IANA name: `Europe/Berlin`. */
  readonly timeZone: string;
  readonly reason: string;
}

/** A window for many services. */
export interface ScopedWindow extends DeploymentWindow {
  /** `null`: in every environment. */
  readonly environments: readonly string[] | null;
  /** Only for services that have all of these. */
  readonly labels: Labels;
}

/** The windows that are about this service, as its policy carries them. */
export const windowsOf = (
  windows: readonly ScopedWindow[],
  subject: Omit<PolicySubject, 'service'>,
): readonly DeploymentWindow[] =>
  windows
    .filter(({ environments }) => environments?.includes(subject.environment) ?? true)
    .filter(({ labels }) => hasLabels(subject.labels, labels))
    .map(unscoped);

const unscoped = ({
  kind,
  rrule,
  start,
  duration,
  until,
  timeZone,
  reason,
}: ScopedWindow): DeploymentWindow => ({
  kind,
  rrule,
  start,
  ...(until === undefined ? { duration } : { until }),
  timeZone,
  reason,
});
