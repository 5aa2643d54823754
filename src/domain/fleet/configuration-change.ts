import type { ServiceRef } from '../model/ids.js';
import { fingerprintIn } from './knowledge.js';
import type { Outline, WorkerSign } from './worker-sign.js';

/** What the workers would carry a plan out with is not what it was planned with. */
export interface ConfigurationChange {
  /** Of the workers whose configuration is another. */
  readonly hosts: readonly string[];
  /** None where all that changed is hidden, or nobody remembers the configuration of then. */
  readonly settings: readonly ChangedSetting[];
}

export interface ChangedSetting {
  /** `driver.argv[1]` */
  readonly path: string;
  /** `null`: not set. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * @param planned fingerprint of the configuration of then; a plan of the library has none
 * @param outlines by fingerprint, as far as they are remembered
 */
export function configurationChange(
  planned: string | undefined,
  ref: ServiceRef,
  workers: readonly WorkerSign[],
  outlines: ReadonlyMap<string, Outline>,
): ConfigurationChange | null {
  if (planned === undefined) return null;
  const others = workers.flatMap((worker) => {
    const fingerprint = worker.alive ? fingerprintIn(worker.knowledge, ref) : null;
    return fingerprint === null || fingerprint === planned ? [] : [{ worker, fingerprint }];
  });
  const [newest] = others.toSorted((a, b) => b.worker.startedAt - a.worker.startedAt);
  if (newest === undefined) return null;
  const hosts = [...new Set(others.map(({ worker }) => worker.host))].toSorted();
  const before = outlines.get(planned);
  const after = outlines.get(newest.fingerprint);
  const settings = before === undefined || after === undefined ? [] : differences(before, after);
  return { hosts, settings };
}

function differences(before: Outline, after: Outline): readonly ChangedSetting[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths]
    .filter((path) => before[path] !== after[path])
    .map((path) => ({ path, before: before[path] ?? null, after: after[path] ?? null }));
}

const MOST_TOLD = 10;

/** `driver.argv[1] was put, is place`: each setting that changed, in a sentence part. */
export function changeWords({ settings }: ConfigurationChange): readonly string[] {
  if (settings.length === 0) return ['what changed is hidden, or not remembered'];
  const told = settings.slice(0, MOST_TOLD).map(({ path, before, after }) => {
    if (before === null) return `${path} is new: ${after}`;
    return after === null ? `${path} is gone, was ${before}` : `${path} was ${before}, is ${after}`;
  });
  const more = settings.length - told.length;
  return more === 0 ? told : [...told, `${more} more`];
}
