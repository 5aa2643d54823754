import type { ActiveDeployment } from '../../domain/plan/service-effect.js';

/** What cannot be read, or names no deployment, is said to be so. */
export function readEntry(json: string): ActiveDeployment | 'unreadable' {
  try {
    const entry: unknown = JSON.parse(json);
    if (typeof entry !== 'object' || entry === null) return 'unreadable';
    const named = 'deploymentId' in entry && typeof entry.deploymentId === 'string';
    const versioned =
      'version' in entry && (entry.version === null || typeof entry.version === 'string');
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what others read of it was looked at
    return named && versioned ? (entry as ActiveDeployment) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}
