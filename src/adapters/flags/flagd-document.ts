import { canonicalJson as canonical } from '../../contracts/values/canonical-json.js';
import { BUCKETS, bucketsAt } from '../../contracts/values/flag-bucket.js';
import { environmentName, serviceKey, serviceName } from '../../domain/model/ids.js';
import type { KeptFlag } from '../../domain/ports/flag-store.js';
import type { FlagCall, FlagFailure } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { parseExact } from './exact-json.js';
import { fenced, foreign, rejected } from './flag-failure.js';
import { changed, leftAlone } from './left-alone.js';
import { lastOf, markOf, withLast, type Written } from './flagd-marks.js';
import { isObject, type Json, metadataOf, own } from './json.js';

/** A flag definition file of flagd: its flags by name, and whatever else others keep in it. */
export interface FlagdDocument extends Json {
  readonly flags: Json;
}

const SCHEMA = 'https://flagd.dev/schema/v0/flags.json';
const EMPTY: FlagdDocument = { $schema: SCHEMA, flags: {} };
const OURS = 'signalbox';

/** @param path names the file in what is wrong with it */
export function parseFlagd(text: string | null, path: string): Result<FlagdDocument, FlagFailure> {
  if (text === null) return ok(EMPTY);
  const document = parseJson(text);
  // Somebody may be in the middle of writing it.
  if (document === undefined) {
    return rejected(`the flag file ${path} is no JSON, or only a part of it`, { transient: true });
  }
  if (!isObject(document)) return rejected(`the flag file ${path} is no JSON object`);
  const { flags = {} } = document;
  return isObject(flags)
    ? ok({ ...document, flags })
    : rejected(`"flags" in ${path} must be an object: a list of flags is not supported`);
}

/** A flag as it is in the file. */
interface FlagInFile {
  readonly percent: number;
  readonly version: string | null;
  readonly owner?: string;
  readonly mark: string;
}

/** What is in the file of a flag; `null` where it is not there. What somebody else made of it counts as off. */
export function flagIn(
  document: FlagdDocument,
  flag: string,
): Result<FlagInFile | null, FlagFailure> {
  const found = own(document.flags, flag);
  if (found === undefined) return ok(null);
  const percent = percentOf(found);
  if (percent === null && holderOf(found) === null && lastOf(document, flag) === null) {
    return rejected(`the flag ${flag} in the file is none that can be widened`);
  }
  const { version } = metadataOf(found);
  const mark = markOf(found);
  const owner = holderOf(found);
  return ok({
    ...{ percent: percent ?? 0, mark },
    version: typeof version === 'string' ? version : null,
    ...(owner !== null && { owner }),
  });
}

export interface FlagdChange {
  readonly call: FlagCall;
  readonly flag: string;
  /** `null` takes it away. */
  readonly percent: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A file after a change, and the mark that the flag then has. */
interface Changed {
  readonly document: FlagdDocument;
  readonly mark: string;
}

/** The file with the flag changed; the very same document where there is nothing to change. */
export function withFlag(
  document: FlagdDocument,
  { call, flag, percent, at }: FlagdChange,
): Result<Changed, FlagFailure> {
  const { service, environment, version, deploymentId, fence } = call;
  const owner = serviceKey(call);
  const fenceKey = `${OURS}.fence.${owner}`;
  const seen = Number(metadataOf(document)[fenceKey] ?? 0);
  if (fence < seen) return fenced(flag, fence, seen);
  const before = own(document.flags, flag);
  const last = lastOf(document, flag);
  const holder = before === undefined ? owner : holderOf(before);
  // One that nobody has any more, and that we wrote, was changed by hand.
  const isOther = holder !== owner && (holder !== null || last === null);
  if (isOther) return foreign(flag, holder ?? 'somebody else');
  const left = before === undefined && percent === null ? null : leftBy(call, flag, before, last);
  if (left !== null) return left;

  const known = metadataOf(before);
  const settled =
    percent === null
      ? before === undefined
      : percentOf(before) === percent &&
        (last === null || last.mark === markOf(before)) &&
        known['version'] === version &&
        known['deploymentId'] === deploymentId;
  const changedAt = new Date(at).toISOString();
  const mine = { managedBy: OURS, service, environment, version, deploymentId, fence, changedAt };
  const fresh = percent === null ? undefined : { ...rollout(percent), metadata: mine };
  const next = settled ? before : fresh;
  const mark = markOf(next);
  const written = next === undefined || percent === null ? null : { percent, mark };
  const metadata = withLast({ ...metadataOf(document), [fenceKey]: fence }, flag, written);
  if (settled && fence === seen && last?.mark === written?.mark) return ok({ document, mark });
  const { [flag]: _, ...others } = document.flags;
  const flags = settled ? document.flags : next ? { ...document.flags, [flag]: next } : others;
  return ok({ document: { ...document, metadata, flags }, mark });
}

/** The flags that are ours, of all services. */
export const oursIn = (document: FlagdDocument): readonly KeptFlag[] =>
  Object.entries(document.flags).flatMap(([flag, found]) => {
    const known = metadataOf(found);
    if (known['managedBy'] !== OURS) return [];
    const at = Date.parse(String(known['changedAt']));
    return [
      {
        ...{ flag, percent: percentOf(found) ?? 0, mark: markOf(found) },
        service: serviceName(String(known['service'])),
        environment: environmentName(String(known['environment'])),
        version: String(known['version']),
        deploymentId: String(known['deploymentId']),
        since: Number.isNaN(at) ? null : at,
      },
    ];
  });

/** The file where a flag is somebody else's, or gone (`null`); `null` where it is not as it was listed. */
export function withOwner(
  document: FlagdDocument,
  { flag, mark }: KeptFlag,
  to: string | null,
): FlagdDocument | null {
  const { [flag]: found, ...others } = document.flags;
  if (markOf(found) !== mark || !isObject(found)) return null;
  const last = lastOf(document, flag);
  const given = { ...found, metadata: { ...metadataOf(found), service: to } };
  const flags = to === null ? others : { ...document.flags, [flag]: given };
  // Where somebody else changed it, that is still to be seen.
  const isAsSet = to !== null && last !== null && last.mark === mark;
  const written = isAsSet ? { percent: last.percent, mark: markOf(given) } : last;
  const metadata = withLast(metadataOf(document), flag, to === null ? null : written);
  return { ...document, metadata, flags };
}

/** Why the flag is left as somebody else made it; `null` where nobody did, or it may be overwritten. */
function leftBy(
  call: FlagCall,
  flag: string,
  before: unknown,
  last: Written | null,
): Result<never, FlagFailure> | null {
  const found = (): string => foundIn(before, last?.percent ?? null);
  const mark = markOf(before);
  // From before we kept marks.
  const isBroken = last === null && before !== undefined && percentOf(before) === null;
  return isBroken && call.overwrites === undefined
    ? changed(flag, { mark, found: found() })
    : leftAlone(flag, call, { mark, last: last?.mark ?? null, found });
}

/** @param set the percentage that was set last; `null` where that is not known */
function foundIn(flag: unknown, set: number | null): string {
  if (flag === undefined) return 'deleted';
  if (!isObject(flag)) return 'no flag any more';
  const { state } = flag;
  if (state !== 'ENABLED') return `switched off (its state is ${JSON.stringify(state)})`;
  const percent = percentOf(flag);
  if (percent !== null && percent !== set) return `at ${percent}%`;
  const was: Json = percent === null ? rollout(set ?? 0) : rollout(percent);
  // Of our own metadata only the mark is known: they are what is left when all else is the same.
  const names = Object.keys({ ...was, ...flag }).filter(
    (name) => name !== 'metadata' && canonical(was[name]) !== canonical(flag[name]),
  );
  return `changed in ${names.join(', ') || 'metadata'}`;
}

const VARIANTS = { on: true, off: false };

/**
 * Weights are whole numbers: out of 100,000 they say 0.001 percent exactly.
 * "on" comes first, so that whoever is on stays on while its weight grows. At
 * either end there is no draw, and a user without a targeting key is served too.
 */
function rollout(percent: number): Json {
  const on = bucketsAt(percent);
  const shared = { state: 'ENABLED', variants: VARIANTS };
  if (on === 0 || on === BUCKETS) return { ...shared, defaultVariant: on === 0 ? 'off' : 'on' };
  const fractional = [
    ['on', on],
    ['off', BUCKETS - on],
  ];
  return { ...shared, defaultVariant: 'off', targeting: { fractional } };
}

/** Read from the rule itself, so that a change made by hand is seen. */
function percentOf(flag: unknown): number | null {
  if (!isObject(flag)) return null;
  const { metadata: _, ...definition } = flag;
  const { targeting, defaultVariant } = definition;
  const weight: unknown = isObject(targeting)
    ? own(Object(own(Object(own(targeting, 'fractional')), '0')), '1')
    : defaultVariant === 'on' && BUCKETS;
  const percent = Number(weight) / 1_000;
  return canonical(rollout(percent)) === canonical(definition) ? percent : null;
}

/** `null` for a flag that is not ours. */
function holderOf(flag: unknown): string | null {
  const { managedBy, service, environment } = metadataOf(flag);
  return managedBy === OURS ? `${String(environment)}/${String(service)}` : null;
}

function parseJson(text: string): unknown {
  try {
    return parseExact(text);
  } catch {
    return undefined;
  }
}
