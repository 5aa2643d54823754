import { z } from 'zod';
import { TARGET_ID_PATTERN, type TargetId, targetId } from '../../domain/model/ids.js';
import { duration } from '../values/duration.js';

/**
 * Something that goes wrong in a simulation. `times`: how often, in passing,
 * from the first time on; `null`: always, and for good.
 */
export type Fault =
  | {
      /** A driver call that puts the new version on a target, or the old one back. */
      readonly on: 'deploy' | 'restore';
      /** `null`: whichever target is the `nth` one to be called, from 1. */
      readonly target: TargetId | null;
      readonly nth: number | null;
      readonly how: CallFault;
      readonly times: number | null;
    }
  /** The checks find the target unhealthy with the new version; `null`: every target. */
  | { readonly on: 'check'; readonly target: TargetId | null; readonly times: number | null }
  /** Router or flag store can't be reached. */
  | { readonly on: 'router' | 'flag'; readonly times: number | null }
  /** The new version's metrics are worse than allowed: this one's, or all that no data is given for. */
  | { readonly on: 'metrics'; readonly metric: string | null }
  /** A metric source does not answer; `null`: none does. */
  | { readonly on: 'source'; readonly source: string | null; readonly times: number | null }
  /** The worker dies at its `nth` call to the store, and another takes over. */
  | { readonly on: 'worker'; readonly nth: number };

/**
 * `refuse`: for good. `fail`: in passing. `hang`: never ends by itself. `lie`:
 * says that all is well and does nothing. A number: takes so many milliseconds.
 */
export type CallFault = 'refuse' | 'fail' | 'hang' | 'lie' | number;

const WANTED =
  'expected a target such as web-2, web-2=2, web-2=hang, web-2=lie or web-2=10m; target=2, restore:web-2, check:web-2, router, flag, metrics, source or worker=5';

const FORM =
  /^(?:(target|worker)|(deploy|restore|check|metrics|source):(.+?)|(check|router|flag|metrics|source)|([^:=]+))(?:=([^=]+))?$/;

/** A fault as it is written behind `--fail`. */
export const FaultSchema = z.string().transform((text, context): Fault => {
  const fault = faultOf(text);
  if (fault !== null) return fault;
  context.addIssue({ code: 'custom', message: WANTED });
  return z.NEVER;
});

function faultOf(text: string): Fault | null {
  const [, counted, named, name, bare, target, value] = FORM.exec(text) ?? [];
  if (counted !== undefined) return countedFault(counted, value);
  if (named !== undefined && name !== undefined) return namedFault(named, name, value);
  if (bare !== undefined) return broadFault(bare, value);
  return target === undefined ? null : callFault('deploy', target, value);
}

function countedFault(what: string, value: string | undefined): Fault | null {
  const nth = countOf(value);
  if (nth === null) return null;
  return what === 'worker'
    ? { on: 'worker', nth }
    : { on: 'deploy', target: null, nth, how: 'refuse', times: null };
}

function namedFault(what: string, name: string, value: string | undefined): Fault | null {
  if (what === 'deploy' || what === 'restore') return callFault(what, name, value);
  if (what === 'metrics') return value === undefined ? { on: 'metrics', metric: name } : null;
  const times = timesOf(value);
  if (times === 'wrong') return null;
  if (what === 'source') return { on: 'source', source: name, times };
  return TARGET_ID_PATTERN.test(name) ? { on: 'check', target: targetId(name), times } : null;
}

function broadFault(what: string, value: string | undefined): Fault | null {
  const times = timesOf(value);
  if (times === 'wrong') return null;
  if (what === 'check') return { on: 'check', target: null, times };
  if (what === 'source') return { on: 'source', source: null, times };
  if (what === 'metrics') return value === undefined ? { on: 'metrics', metric: null } : null;
  return { on: what === 'router' ? 'router' : 'flag', times };
}

function callFault(
  on: 'deploy' | 'restore',
  name: string,
  value: string | undefined,
): Fault | null {
  if (!TARGET_ID_PATTERN.test(name)) return null;
  const fault = { on, target: targetId(name), nth: null };
  if (value === undefined) return { ...fault, how: 'refuse', times: null };
  if (value === 'hang' || value === 'lie') return { ...fault, how: value, times: null };
  const times = countOf(value);
  if (times !== null) return { ...fault, how: 'fail', times };
  const slow = duration({ min: 1 }).safeParse(value);
  return slow.success ? { ...fault, how: slow.data, times: null } : null;
}

const countOf = (value: string | undefined): number | null =>
  value !== undefined && /^[1-9]\d{0,5}$/.test(value) ? Number(value) : null;

function timesOf(value: string | undefined): number | null | 'wrong' {
  return value === undefined ? null : (countOf(value) ?? 'wrong');
}
