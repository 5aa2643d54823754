import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { createDriver } from '../../adapters/drivers/driver-registry.js';
import { ConfigError } from '../../contracts/problems/config-error.js';
import { findUnknown } from '../../domain/audit/unknown-targets.js';
import { serviceKey } from '../../domain/model/ids.js';
import type { AuditSource } from '../../domain/ports/audit-source.js';
import type { HeldTarget } from '../../domain/ports/target-driver.js';
import { DEFAULT_STATE_DIR } from '../process/state-dir.js';

/**
 * What the drivers of a configuration run on this machine that nothing is recorded
 * of; nothing without a configuration that can be used.
 *
 * @param path else the configuration in the working folder
 */
export async function unknownHere(
  source: AuditSource,
  path: string | undefined,
): Promise<readonly HeldTarget[]> {
  const file = path ?? configHere();
  if (file === undefined) return [];
  try {
    return await findUnknown(source, await heldBy(file));
  } catch (error) {
    // Why the configuration cannot be used is told beside the routers.
    if (error instanceof ConfigError || error instanceof TypeError) return [];
    throw error;
  }
}

async function heldBy(file: string): Promise<readonly HeldTarget[]> {
  const { services } = await loadConfig(file);
  const specs = Object.values(services).flatMap((service) =>
    [service, ...Object.values(service.environments)].flatMap(({ driver }) => driver ?? []),
  );
  const held = await Promise.all(
    specs.map(async (spec) => createDriver(spec, { stateDir: DEFAULT_STATE_DIR }).list?.() ?? []),
  );
  // Several drivers may keep what they run in one place.
  const byName = held.flat().map((each) => [`${serviceKey(each)}/${each.target}`, each] as const);
  return [...new Map(byName).values()];
}
