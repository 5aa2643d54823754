import { serviceKey } from '../../../src/domain/ids.js';
import type { TrafficShares } from '../../../src/domain/ports/traffic-router.js';
import type { Result } from '../../../src/domain/result.js';
import type { ChaosService } from '../fleet.js';
import type { Observer } from '../observer.js';
import type { TargetClient } from '../target-client.js';

/**
 * Services whose traffic does not all go to the active version. A router can't
 * tell a late call from a new one, so that one from a worker that was frozen
 * may have come last: measured, and said, but no promise of ours.
 */
export async function strayTraffic(
  { index }: Observer,
  fleet: readonly ChaosService[],
  client: TargetClient,
): Promise<readonly string[]> {
  const versions = await client.post<Record<string, string | null>>('/versions', {});
  const found: string[] = [];
  for (const one of fleet.filter(({ routed }) => routed)) {
    const active = await index.active(one);
    if (active?.version == null) continue;
    const { service, environment, targets } = one;
    const call = { service, environment, targets };
    const shares = await client.post<Result<TrafficShares, unknown>>('/router/shares', { call });
    if (!shares.ok) continue;
    const astray = Object.entries(shares.value).filter(
      ([target, share]) => share > 0 && versions[target] !== active.version,
    );
    if (astray.length > 0) {
      found.push(`${serviceKey(one)}: ${astray.map(([target]) => target).join(', ')}`);
    }
  }
  return found;
}
