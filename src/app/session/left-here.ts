import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { settingsFor } from '../../adapters/config/service-settings.js';
import { ConfigError } from '../../contracts/problems/config-error.js';
import { findLeftTargets, type LeftTargets } from '../../domain/audit/left-targets.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { Target } from '../../domain/model/target.js';
import type { AuditSource } from '../../domain/ports/audit-source.js';

/**
 * The targets that left the configuration and may still run something. Without a
 * configuration that can be used, those that a deployment found so.
 *
 * @param path else the configuration in the working folder
 */
export async function leftHere(
  source: AuditSource,
  path: string | undefined,
): Promise<readonly LeftTargets[]> {
  return findLeftTargets(source, await configuredIn(path ?? configHere()));
}

async function configuredIn(
  file: string | undefined,
): Promise<(ref: ServiceRef) => readonly Target[] | null> {
  if (file === undefined) return () => null;
  try {
    const config = await loadConfig(file);
    return (ref) => {
      const settings = settingsFor(config, ref);
      // Where requests bring their targets along, none is configured.
      return settings.ok && settings.value.targets.length > 0 ? settings.value.targets : null;
    };
  } catch (error) {
    // Why it cannot be used is told beside the routers.
    if (error instanceof ConfigError) return () => null;
    throw error;
  }
}
