import { type Deployment, progressOf } from '../../domain/model/deployment/deployment.js';
import { percentText } from '../../contracts/views/step-words.js';

const NAMED_TARGETS = 4;

/** Who gets what part of the traffic, the greatest parts first: `web-1 90%, web-2 10%`. */
export function sharesText(shares: unknown): string {
  if (typeof shares !== 'object' || shares === null) return '?';
  const parts = Object.entries(shares).flatMap(([target, share]: [string, unknown]) =>
    typeof share === 'number' && share > 0 ? [{ target, share }] : [],
  );
  if (parts.length === 0) return 'nobody gets any';
  const shown = parts
    .toSorted((a, b) => b.share - a.share)
    .slice(0, NAMED_TARGETS)
    .map(({ target, share }) => `${target} ${percentText(share * 100)}`);
  const more = parts.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The part of the traffic that targets with the new version get, 0 to 1; `null` where it moves none. */
export function newShare(deployment: Deployment): number | null {
  const { traffic } = deployment.progress;
  if (traffic === null) return null;
  return deployment.plan.targets
    .filter(({ id }) => progressOf(deployment, id).state === 'updated')
    .reduce((sum, { id }) => sum + (traffic.now[id] ?? 0), 0);
}
