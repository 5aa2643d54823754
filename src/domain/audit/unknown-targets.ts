import { serviceKey } from '../model/ids.js';
import { runs } from '../model/target-status.js';
import type { AuditSource } from '../ports/audit-source.js';
import type { HeldTarget } from '../ports/target-driver.js';

/**
 * What drivers run that nothing is recorded of; changes nothing. A service that a
 * deployment is changing is passed over.
 */
export async function findUnknown(
  source: Pick<AuditSource, 'servicesNow'>,
  held: readonly HeldTarget[],
): Promise<readonly HeldTarget[]> {
  const refs = [...new Map(held.map((each) => [serviceKey(each), each])).values()];
  if (refs.length === 0) return [];
  const { services } = await source.servicesNow(refs);
  const known = new Map(services.map((each) => [serviceKey(each), each]));
  return held.filter((each) => {
    const service = known.get(serviceKey(each));
    if (service === undefined || service.holder !== null) return false;
    const status = service.targets.get(each.target);
    return status === undefined || status.by === null || runs(status) === null;
  });
}
