import type { DeploymentEvent, EventPosition } from '../../domain/ports/event-log.js';
import type { GapPolicy } from '../../events/read-events.js';
import type { CliPorts, CliSession } from '../session/cli-ports.js';
import { sleep } from '../session/wake.js';

/** A connection has to be made before the first; after that, so long without one means that none is left. */
const FIRST_MS = 2_000;
const QUIET_MS = 1_000;
/** Where events never pause, those stamped so much later than the start are news; clocks may differ. */
const NEWS_MS = 5_000;

/** The events that there are; ends with the newest instead of waiting for more. */
export async function* backlog(
  { now, interrupted }: Pick<CliPorts, 'now' | 'interrupted'>,
  session: CliSession,
  { from, onGap }: { readonly from: EventPosition; readonly onGap: GapPolicy },
): AsyncGenerator<DeploymentEvent, void, undefined> {
  if (from === 'now') return;
  const stop = new AbortController();
  const signal = AbortSignal.any([interrupted, stop.signal]);
  const news = now() + NEWS_MS;
  const events = session.events({ from, onGap, signal })[Symbol.asyncIterator]();
  let patience = FIRST_MS;
  try {
    for (;;) {
      const next = await within(events.next(), patience, signal);
      if (next === null || next.done || Date.parse(next.value.time) > news) return;
      yield next.value;
      patience = QUIET_MS;
    }
  } finally {
    stop.abort();
  }
}

/** Null where it takes longer. */
async function within<T>(work: Promise<T>, ms: number, signal: AbortSignal): Promise<T | null> {
  const over = new AbortController();
  try {
    const late = sleep(ms, AbortSignal.any([signal, over.signal])).then(() => null);
    return await Promise.race([work, late]);
  } finally {
    over.abort();
    // Nobody waits for it any more, and it may still fail.
    work.catch(() => {});
  }
}
