import { workOwed, type WorkKind } from '../../model/deployment/work-owed.js';
import type { Journal } from '../journal/journal.js';
import type { OrchestratorPorts } from '../orchestrator-ports.js';

/**
 * Renews the lease while a pass runs, and looks what others wrote meanwhile: a
 * stop order is a change of state, and reaches the running worker here.
 * `lost` aborts when the fence is no longer ours or other work is owed; a pause
 * lets what was begun come to its end, and begins nothing more. A store that
 * can't be reached aborts nothing: nobody else can claim there either.
 */
export function keepLease(
  { store, clock, leaseMs, log }: OrchestratorPorts,
  journal: Journal,
  kind: WorkKind,
  lost: AbortController,
  paused: AbortController,
): { readonly stop: () => void } {
  const stopped = new AbortController();
  const { id } = journal.deployment;
  const beat = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(leaseMs / 3, stopped.signal);
      if (stopped.signal.aborted || journal.fence === null) return;
      const renewal = await store.renew(id, journal.fence, leaseMs);
      if (stopped.signal.aborted || journal.released) return;
      if (!renewal.held) return lost.abort('another run took over');
      if (renewal.revision > journal.durableRevision) await journal.refresh();
      if (journal.deployment.state.status === 'paused') paused.abort('paused');
      else if (workOwed(journal.deployment)?.kind !== kind) {
        return lost.abort('other work is owed now');
      }
    }
  };
  const keep = async (): Promise<void> => {
    while (!stopped.signal.aborted && !lost.signal.aborted) {
      try {
        return await beat();
      } catch (error) {
        log.warn({ deployment: id, err: error }, 'could not renew the lease');
      }
    }
  };
  void keep();
  return { stop: () => stopped.abort('the pass has ended') };
}
