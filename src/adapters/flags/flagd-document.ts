import { BUCKETS, bucketsAt } from '../../contracts/values/flag-bucket.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { FlagCall, FlagFailure } from '../../domain/ports/flag-store.js';
import { ok, type Result } from '../../domain/model/result.js';
import { fenced, foreign, rejected } from './flag-failure.js';

type Json = Readonly<Record<string, unknown>>;

/** A flag definition file of flagd: its flags by name, and whatever else others keep in it. */
export interface FlagdDocument extends Json {
  readonly flags: Json;
}

const SCHEMA = 'https://flagd.dev/schema/v0/flags.json';
const EMPTY: FlagdDocument = { $schema: SCHEMA, flags: {} };
const OURS = 'signalbox';

export function parseFlagd(text: string | null): Result<FlagdDocument, FlagFailure> {
  if (text === null) return ok(EMPTY);
  const document = parseJson(text);
  if (!isObject(document)) return rejected('the flag file is no JSON object');
  const { flags = {} } = document;
  return isObject(flags)
    ? ok({ ...document, flags })
    : rejected('"flags" in the flag file must be an object: a list of flags is not supported');
}

/** The percentage and version of a flag; `null` where there is none. */
export function flagIn(
  document: FlagdDocument,
  flag: string,
): Result<{ readonly percent: number; readonly version: string | null } | null, FlagFailure> {
  const found = own(document.flags, flag);
  if (found === undefined) return ok(null);
  const percent = percentOf(found);
  if (percent === null) return rejected(`the flag ${flag} in the file is none that can be widened`);
  const { version } = metadataOf(found);
  return ok({ percent, version: typeof version === 'string' ? version : null });
}

export interface FlagdChange {
  readonly call: FlagCall;
  readonly flag: string;
  /** `null` takes it away. */
  readonly percent: number | null;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** The file with the flag changed; the very same document where there is nothing to change. */
export function withFlag(
  document: FlagdDocument,
  { call, flag, percent, at }: FlagdChange,
): Result<FlagdDocument, FlagFailure> {
  const { service, environment, version, deploymentId, fence } = call;
  const owner = serviceKey(call);
  const fenceKey = `${OURS}.fence.${owner}`;
  const seen = Number(metadataOf(document)[fenceKey] ?? 0);
  if (fence < seen) return fenced(flag, fence, seen);
  const before = own(document.flags, flag);
  const holder = before === undefined ? owner : holderOf(before);
  if (holder !== owner) return foreign(flag, holder ?? 'somebody else');

  const known = metadataOf(before);
  const settled =
    percent === null
      ? before === undefined
      : percentOf(before) === percent &&
        known['version'] === version &&
        known['deploymentId'] === deploymentId;
  if (settled && fence === seen) return ok(document);

  const metadata = { ...metadataOf(document), [fenceKey]: fence };
  if (settled) return ok({ ...document, metadata });
  const { [flag]: _, ...others } = document.flags;
  if (percent === null) return ok({ ...document, metadata, flags: others });
  const changedAt = new Date(at).toISOString();
  const mine = { managedBy: OURS, service, environment, version, deploymentId, fence, changedAt };
  return ok({
    ...document,
    metadata,
    flags: { ...document.flags, [flag]: { ...rollout(percent), metadata: mine } },
  });
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
  const same = JSON.stringify(sorted(rollout(percent))) === JSON.stringify(sorted(definition));
  return same ? percent : null;
}

/** `null` for a flag that is not ours. */
function holderOf(flag: unknown): string | null {
  const { managedBy, service, environment } = metadataOf(flag);
  return managedBy === OURS ? `${String(environment)}/${String(service)}` : null;
}

function metadataOf(holder: unknown): Json {
  const metadata = isObject(holder) ? holder['metadata'] : undefined;
  return isObject(metadata) ? metadata : {};
}

const own = (record: Json, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

const sorted = (record: Json): Json =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)));

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
