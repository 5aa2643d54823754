import type { LeftTarget } from '../../domain/audit/left-targets.js';
import { type ServiceRef, serviceKey } from '../../domain/model/ids.js';
import { listed } from '../../domain/plan/listed.js';
import { runningWords } from '../../domain/plan/removed-words.js';

/** `production/api: web-2 (127.0.0.1:8082, runs 1.4.0) left the configuration and was not removed` */
export function leftTargetsText(ref: ServiceRef, targets: readonly LeftTarget[]): string {
  const named = targets.map(({ target: id, address, version }) =>
    runningWords({ target: { id, address: address ?? '' }, version }),
  );
  const were = targets.length === 1 ? 'was' : 'were';
  return `${serviceKey(ref)}: ${listed(named)} left the configuration and ${were} not removed`;
}
