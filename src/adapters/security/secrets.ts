import { secretRef } from '../../contracts/values/secret-ref.js';
import { resolveSecrets } from '../net/resolve-secrets.js';

export type Env = Readonly<Record<string, string | undefined>>;

/** A part of the security configuration can't be used; the message names the field, never a secret. */
export class SecurityError extends Error {
  override readonly name = 'SecurityError';
}

/**
 * What a configuration names by `env:NAME` or `file:/path`; anything else is what it says.
 *
 * @throws SecurityError
 */
export async function resolved(field: string, value: string, env: Env): Promise<string> {
  if (secretRef(value) === null) return value;
  const found = await resolveSecrets({ [field]: value }, env);
  if (!found.ok) throw new SecurityError(found.error);
  return found.value.values[field] ?? '';
}
