import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { Evidence } from '../../../domain/model/target.js';
import type { DriverCall, DriverFailure } from '../../../domain/ports/target-driver.js';
import { ok, type Result } from '../../../domain/model/result.js';
import { failed } from '../process/driver-failure.js';
import { parseAddress } from '../process/target-address.js';
import type { FenceRecord } from './fence-record.js';
import type { Instance, InstanceStore } from './instance-store.js';
import { waitUntilReady } from './wait-until-ready.js';

/** A version that runs already should answer at once. */
export const STILL_READY_MS = 3_000;

/**
 * A worker may die after the effect and before its checkpoint: the same call then
 * finds its work done. For a rollback it does not matter who put the version there.
 */
export function isAskedFor(instance: Instance | null, call: DriverCall): boolean {
  if (instance === null || instance.version !== call.version) return false;
  const address = parseAddress(call.target.address);
  if (instance.host !== address?.host || instance.port !== address.port) return false;
  const sameCall = instance.deploymentId === call.deploymentId && instance.action === call.action;
  return sameCall || call.action === 'rollback';
}

/** What an earlier run of the call started and did not live to record. */
export async function startedFor(store: InstanceStore, call: DriverCall): Promise<Instance | null> {
  const unrecorded = await store.unrecorded();
  return unrecorded.find((instance) => isAskedFor(instance, call)) ?? null;
}

interface Find {
  readonly found: Instance;
  readonly call: DriverCall;
  readonly store: InstanceStore;
  readonly fences: FenceRecord;
}

/**
 * Takes what runs already for the work of this call, so that a target is not given
 * the same version twice.
 *
 * @returns `null` when it is not ready, and has to be started anew
 */
export async function takeOn(
  { readyPath, readyTimeout, stopGrace }: LocalProcessDriverSpec,
  { found, call, store, fences }: Find,
  signal: AbortSignal,
): Promise<Result<Evidence, DriverFailure> | null> {
  const current = await store.current();
  const recorded = current?.launch === found.launch;
  // One that was never seen ready may still be starting.
  const timeoutMs = recorded ? Math.min(readyTimeout, STILL_READY_MS) : readyTimeout;
  const { process, host, port, version, release } = found;
  const state = await waitUntilReady({ process, host, port, path: readyPath, timeoutMs }, signal);
  if (!(await fences.isNewest(call.fence))) {
    return failed(
      'driver/fenced',
      `fence ${call.fence} is older than one that this target has seen`,
    );
  }
  if (state !== 'ready') {
    if (!recorded) await store.end(found.launch, stopGrace);
    return null;
  }
  if (!recorded) {
    if (current !== null) await store.stop(current, stopGrace);
    await store.setCurrent(found);
  }
  return ok({ pid: process.pid, port, version, release, alreadyRunning: true });
}
