import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceLog } from './service-log.js';

const LOOK_MS = 200;
/** Of one look; what is left is read by the next. */
const MOST_BYTES = 256 * 1024;
/** At the end no more than this is read: a service that runs on may write for ever. */
const LAST_LOOKS = 8;

/** Hands over what is written to a log from a place on, while it is written, until it is told to stop. */
export function followLog(
  log: ServiceLog,
  from: number,
  push: (chunk: Buffer) => void,
): () => Promise<void> {
  const stop = new AbortController();
  let at = from;
  const look = async (): Promise<boolean> => {
    const chunk = await log.read(at, MOST_BYTES);
    at += chunk.length;
    if (chunk.length > 0) push(chunk);
    return chunk.length === MOST_BYTES;
  };
  const following = (async () => {
    while (!stop.signal.aborted) {
      await look();
      await sleep(LOOK_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
    for (let left = LAST_LOOKS; left > 0 && (await look());) left -= 1;
  })();
  // A log that can't be read is no reason for a service not to start.
  const over = following.catch(() => {});
  return () => {
    stop.abort();
    return over;
  };
}
