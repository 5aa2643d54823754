import { columnsOf, fit, pad, type Segment } from './line.js';
import type { Tone } from './paint.js';
import type { Deployment } from '../../domain/model/deployment/deployment.js';

export type Line = readonly Segment[];

const BAR = 20;
const LABEL = { least: 16, most: 28 };

/** So wide that target ids can be told apart, and the bars still stand below each other. */
export const labelColumns = (deployment: Deployment): number =>
  deployment.plan.targets.reduce(
    (widest, { id }) => Math.max(widest, Math.min(columnsOf(id), LABEL.most)),
    LABEL.least,
  );

export function bar(fraction: number, width = BAR): string {
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

export const barLine = (
  label: string,
  fraction: number,
  tone: Tone,
  note: string,
  columns: number,
): Line => [`  ${pad(fit(label, columns), columns)} `, [tone, bar(fraction)], ` ${note}`];
