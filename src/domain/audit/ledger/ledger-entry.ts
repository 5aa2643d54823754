import {
  DEPLOYMENT_ID_PATTERN,
  type DeploymentId,
  SERVICE_NAME_PATTERN,
  TARGET_ID_PATTERN,
  type TargetId,
  type Version,
} from '../../model/ids.js';
import { VERSION_PATTERN } from '../../model/version-text.js';
import { err, ok, type Result } from '../../model/result.js';

/**
 * What a target writes about a call, by itself and in the order in which it
 * happened: `begin` when it takes one up, `end` when it is through. A call
 * that died has no end.
 */
export interface LedgerEntry {
  readonly phase: 'begin' | 'end';
  readonly action: 'deploy' | 'rollback';
  /** `environment/service` */
  readonly service: string;
  readonly target: TargetId;
  /** `null`: nothing is to run there. */
  readonly version: Version | null;
  readonly deploymentId: DeploymentId;
  /** The one that the call was given. */
  readonly fence: number;
  /** Whether it did what it was asked for; of an end, and true where it is not said. */
  readonly done: boolean;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const matches =
  (pattern: RegExp): Check =>
  (value) =>
    typeof value === 'string' && pattern.test(value);
const oneOf =
  (...words: readonly unknown[]): Check =>
  (value) =>
    words.includes(value);

const FIELDS: Readonly<Record<string, readonly [check: Check, wanted: string]>> = {
  phase: [oneOf('begin', 'end'), 'begin or end'],
  action: [oneOf('deploy', 'rollback'), 'deploy or rollback'],
  environment: [matches(SERVICE_NAME_PATTERN), 'the name of an environment'],
  service: [matches(SERVICE_NAME_PATTERN), 'the name of a service'],
  target: [matches(TARGET_ID_PATTERN), 'the id of a target'],
  version: [(value) => value === null || matches(VERSION_PATTERN)(value), 'a version or null'],
  deploymentId: [matches(DEPLOYMENT_ID_PATTERN), 'the id of a deployment'],
  fence: [Number.isSafeInteger, 'a whole number'],
  done: [oneOf(true, false, undefined), 'true or false'],
};

/** Reads one line of a ledger: JSON, fields besides these are left alone. */
export function parseLedgerLine(line: string): Result<LedgerEntry, string> {
  const fields = parse(line);
  if (fields === null) return err('expected a JSON object');
  for (const [name, [check, wanted]] of Object.entries(FIELDS)) {
    if (!check(fields[name])) return err(`${name}: expected ${wanted}`);
  }
  const { environment, service, done = true } = fields;
  const entry: unknown = { ...fields, service: `${String(environment)}/${String(service)}`, done };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every field was checked above
  return ok(entry as LedgerEntry);
}

function parse(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any object has fields
    return typeof value === 'object' && value !== null ? (value as Fields) : null;
  } catch {
    return null;
  }
}
