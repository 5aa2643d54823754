import { configHere, loadConfig } from '../../adapters/config/load-config.js';
import { ConfigError } from '../../contracts/problems/config-error.js';
import { anonymousAccess, anonymousIdentity } from '../../domain/security/anonymous.js';
import { err, ok } from '../../domain/model/result.js';
import type { ToldAccess } from '../../cli/session/doctor-session.js';
import { exposureOf } from '../../api/auth/exposure.js';

/** As `up` and `server` start where nothing is said. */
const AS_DEFAULT = { host: '127.0.0.1', writableBoard: false, insecureAnonymous: false };

/**
 * What a server of this configuration lets those do who bring no credentials.
 *
 * @param path else the configuration in the working folder
 */
export async function accessHere(path: string | undefined): Promise<ToldAccess> {
  const file = path ?? configHere();
  if (file === undefined) return ok(null);
  try {
    const { security, server } = await loadConfig(file);
    const exposure = exposureOf(security, server, AS_DEFAULT);
    const anonymous = anonymousIdentity(exposure);
    return anonymous.ok ? ok(anonymousAccess(anonymous.value, exposure)) : anonymous;
  } catch (error) {
    // Why it cannot be used is told beside the routers.
    if (error instanceof ConfigError) return err('the configuration cannot be used');
    throw error;
  }
}
