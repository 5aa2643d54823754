import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { missingSecrets } from '../../adapters/config/missing-secrets.js';
import type { LackedSecret } from '../../cli/session/doctor-session.js';
import { ConfigError } from '../../contracts/problems/config-error.js';

/**
 * The secrets that a configuration names and that are not there for this process; none
 * without a configuration that can be used.
 *
 * @param path else the configuration in the working folder
 */
export async function secretsHere(
  path: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<readonly LackedSecret[]> {
  const file = path ?? configHere();
  if (file === undefined) return [];
  try {
    const missing = await missingSecrets(await loadConfig(file), env);
    return missing.map((each) => ({ field: each.path.join('.'), reason: each.message }));
  } catch (error) {
    // Why the configuration cannot be used is told beside the routers.
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
