import { systemClock } from '../../system/system-clock.js';
import type { RedisClient } from './connection.js';

const WITHIN_MS = 1_000;

/** Whether this Redis answers now. */
export async function answers(client: RedisClient): Promise<boolean> {
  if (client.status !== 'ready') return false;
  const over = new AbortController();
  const asked = client.ping().then(
    () => true,
    () => false,
  );
  const late = systemClock.sleep(WITHIN_MS, over.signal).then(() => false);
  try {
    return await Promise.race([asked, late]);
  } finally {
    over.abort();
  }
}
