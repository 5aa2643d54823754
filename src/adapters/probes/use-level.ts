import { healthy, unhealthy, unknown, type Finding } from './observation.js';

export interface Levels {
  readonly warning: number;
  readonly criticalLevel: number;
}

/** Judges how much of something is in use; both levels are percentages and belong to the worse side. */
export function judgeUse(
  what: string,
  { used, total }: { readonly used: number; readonly total: number },
  { warning, criticalLevel }: Levels,
): Finding {
  const usedPercent = Math.round((used / total) * 1_000) / 10;
  if (!Number.isFinite(usedPercent)) return unknown(`${what} has no size`);
  const message = `${usedPercent} % of ${what} is in use`;
  const details = { usedPercent, warning, criticalLevel };
  if (usedPercent >= criticalLevel) return unhealthy(message, details);
  if (usedPercent >= warning) return { status: 'degraded', message, details };
  return healthy(message, details);
}
