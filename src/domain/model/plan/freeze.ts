import { err, ok, type Result } from '../result.js';
import { hasLabels, type Labels, type PolicySubject } from './subject.js';

/** For a time nothing begins that its scope covers. */
export interface Freeze {
  readonly id: string;
  readonly scope: FreezeScope;
  readonly reason: string;
  readonly by: string | null;
  /** Epoch milliseconds, inclusive. */
  readonly from: number;
  /** Exclusive; `null`: until somebody lifts it. */
  readonly until: number | null;
}

/** What is left open covers all; a scope that names nothing stops everything. */
export interface FreezeScope {
  readonly environment: string | null;
  readonly service: string | null;
  /** Services that have all of these. */
  readonly labels: Labels;
}

/** A freeze as it is asked for, its times relative to the moment of asking where they are not given. */
export interface FreezeRequest {
  readonly scope: FreezeScope;
  readonly reason: string;
  readonly by: string | null;
  readonly from: number | null;
  /** Its end, or how long it lasts (ms); neither: until somebody lifts it. */
  readonly until: number | null;
  readonly for: number | null;
}

export function freezeFrom(
  { scope, reason, by, from: wanted, until: end, for: length }: FreezeRequest,
  id: string,
  now: number,
): Result<Freeze, { readonly path: 'until'; readonly message: string }> {
  const from = wanted ?? now;
  const until = end ?? (length === null ? null : from + length);
  if (until !== null && until <= Math.max(from, now)) {
    return err({
      path: 'until',
      message: 'expected an end that is still to come, after its start',
    });
  }
  return ok({ id, scope, reason, by, from, until });
}

export const coversFreeze = (
  { scope }: Pick<Freeze, 'scope'>,
  { environment, service, labels }: PolicySubject,
): boolean =>
  (scope.environment === null || scope.environment === environment) &&
  (scope.service === null || scope.service === service) &&
  hasLabels(labels, scope.labels);

export const isInForce = (freeze: Freeze, at: number): boolean =>
  freeze.from <= at && !isOver(freeze, at);

export const isOver = ({ until }: Pick<Freeze, 'until'>, at: number): boolean =>
  until !== null && until <= at;

/** By their start, then by id. */
export const inOrder = (a: Freeze, b: Freeze): number => a.from - b.from || (a.id < b.id ? -1 : 1);
