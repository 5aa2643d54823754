import { deploymentId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { RecordedEvent } from '../../../src/domain/model/deployment/plan-event.js';
import type { Observer } from '../observer.js';

export interface Past {
  readonly deployment: Deployment;
  readonly events: readonly RecordedEvent[];
}

/** Every deployment there is, with its events. */
export async function readHistory({
  redis,
  keys,
  store,
  index,
}: Observer): Promise<readonly Past[]> {
  const ids = (await redis.zrange(keys.history, 0, '-1')).map(deploymentId);
  const all: Past[] = [];
  for (let from = 0; from < ids.length; from += 100) {
    const some = await Promise.all(
      ids.slice(from, from + 100).map(async (id) => {
        const [deployment, events] = await Promise.all([store.load(id), index.events(id)]);
        if (deployment === undefined) throw new Error(`${id} is in the history, and nowhere else`);
        return { deployment, events };
      }),
    );
    all.push(...some);
  }
  return all;
}
