import { type Deployment, progressOf } from '../../domain/model/deployment/deployment.js';
import { percentText } from '../../contracts/views/step-words.js';
import { fieldOf } from './event-field.js';

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

/** Shares as they come with whole weights are told where they are further off than this. */
const TOLD_FROM = 0.0005;

/** The shares that were set; what the balancer makes of them, where that is not the same; and who gets nothing of them yet. */
export function movedText({ shares, evidence }: Readonly<Record<string, unknown>>): string {
  const [off, shown, idle] = ['largestDeviation', 'shares', 'notServing'].map((name) =>
    fieldOf(evidence, name),
  );
  const isOff = typeof off === 'number' && off >= TOLD_FROM && typeof shown === 'string';
  const nearest = isOff ? `; the nearest the balancer's weights come is ${weightsText(shown)}` : '';
  return `${sharesText(shares)}${nearest}${typeof idle === 'string' ? `; not serving: ${idle}` : ''}`;
}

/** `web-1=0.25 web-2=0.75` in percent, also where several balancers make something else of it. */
const weightsText = (shown: string): string =>
  shown.replaceAll(
    /=([\d.]+)( (?=\S+=))?/g,
    (_, share, more) => ` ${percentText(Number(share) * 100)}${more === undefined ? '' : ', '}`,
  );

/** The part of the traffic that targets with the new version get, 0 to 1; `null` where it moves none. */
export function newShare(deployment: Deployment): number | null {
  const { traffic } = deployment.progress;
  if (traffic === null) return null;
  return deployment.plan.targets
    .filter(({ id }) => progressOf(deployment, id).state === 'updated')
    .reduce((sum, { id }) => sum + (traffic.now[id] ?? 0), 0);
}
