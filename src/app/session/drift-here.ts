import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { settingsFor } from '../../adapters/config/service-settings.js';
import { createRouter } from '../../adapters/routers/router-registry.js';
import type { Config } from '../../contracts/config/config.schema.js';
import { ConfigError } from '../../contracts/problems/config-error.js';
import type { RouterSpec } from '../../contracts/config/router.schema.js';
import { type DriftReport, findDrift, type RoutedService } from '../../domain/audit/find-drift.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { AuditSource } from '../../domain/ports/audit-source.js';
import type { TrafficRouter } from '../../domain/ports/traffic-router.js';
import { err, ok, type Result } from '../../domain/model/result.js';

/**
 * Asks the routers of a configuration, from here, whether the services are as they declare.
 *
 * @param path else the configuration in the working folder; `null` where there is none
 */
export async function driftHere(
  source: AuditSource,
  path: string | undefined,
  signal: AbortSignal,
): Promise<Result<DriftReport | null, string>> {
  const file = path ?? configHere();
  if (file === undefined) return ok(null);
  try {
    return ok(await findDrift(source, routersOf(await loadConfig(file)), signal));
  } catch (error) {
    // A router's placeholder without a value is the configuration's fault, too.
    if (error instanceof ConfigError || error instanceof TypeError) return err(error.message);
    throw error;
  }
}

function routersOf(config: Config): (ref: ServiceRef) => RoutedService | null {
  const routers = new Map<RouterSpec, TrafficRouter | null>();
  return (ref) => {
    const found = settingsFor(config, ref);
    if (!found.ok || found.value.router === null) return null;
    const { router: spec, targets } = found.value;
    const router = routers.get(spec) ?? createRouter(spec);
    routers.set(spec, router);
    return router && { router, targets };
  };
}
