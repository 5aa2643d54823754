import type { Pass } from '../pass/pass.js';

/**
 * Why there is no way back any more: something newer was completed since, which
 * going back would take away. `null` where nothing is in the way.
 */
export function supersededBy({ journal }: Pass): string | null {
  const { id, previous } = journal.deployment;
  const now = journal.service.stable[0]?.deploymentId ?? null;
  if (now === id || now === (previous?.deploymentId ?? null)) return null;
  return `${now ?? 'nothing'} is active by now`;
}
