import type { LocalProcessDriverSpec } from '../../../contracts/config/driver.schema.js';
import type { TargetObservation, UnsettledCall } from '../../../domain/ports/target-driver.js';
import { STILL_READY_MS } from './already-there.js';
import { FenceRecord } from './fence-record.js';
import { InstanceStore } from './instance-store.js';
import { waitUntilReady } from './wait-until-ready.js';

/**
 * What the record says that the target runs, where that process lives and answers.
 * It is written when a start has been seen ready, and after it nothing is done:
 * what was cut short leaves the record of what ran before, whose process is gone.
 */
export async function observeProcess(
  { readyPath, readyTimeout }: LocalProcessDriverSpec,
  { folder, call }: { readonly folder: string; readonly call: UnsettledCall },
  signal: AbortSignal,
): Promise<TargetObservation | null> {
  const current = await new InstanceStore(folder).current();
  if (current === null) return null;
  const { process, host, port, version, deploymentId, fence } = current;
  const timeoutMs = Math.min(readyTimeout, STILL_READY_MS);
  const state = await waitUntilReady({ process, host, port, path: readyPath, timeoutMs }, signal);
  // Settling the call raised the mark by one; somebody with a newer one may be changing it right now.
  const last = await new FenceRecord(folder).isNewest(call.fence + 1);
  return state === 'ready' && last ? { version, deploymentId, fence } : null;
}
