import type { Observer } from '../observer.js';
import type { Acknowledged } from '../publish.js';
import type { Past } from './history.js';
import type { Violation } from './violation.js';

/** Each request whose promise was resolved is one deployment, and no deployment is there without one. */
export async function checkRequests(
  observer: Observer,
  acknowledged: readonly Acknowledged[],
  history: readonly Past[],
): Promise<readonly Violation[]> {
  const there = new Map(history.map(({ deployment }) => [deployment.id as string, deployment]));
  const found: Violation[] = [];
  const keys = new Set<string>();
  for (const { deploymentId, request } of acknowledged) {
    const deployment = there.get(deploymentId);
    if (deployment === undefined) {
      const said = `${request.idempotencyKey} (${request.service}) was acknowledged, and is not there`;
      found.push({ check: 'nothing acknowledged is lost', subject: deploymentId, said });
    } else if (deployment.version !== request.version || deployment.service !== request.service) {
      const said = `asked for ${request.service} ${request.version}, got ${deployment.service} ${deployment.version}`;
      found.push({
        check: 'a request is carried out as it was asked',
        subject: deploymentId,
        said,
      });
    }
    keys.add(deploymentId);
  }
  for (const id of there.keys()) {
    if (keys.has(id)) continue;
    const said = 'nobody asked for it, or its request was never acknowledged';
    found.push({ check: 'the same key is one deployment', subject: id, said });
  }
  return found;
}
