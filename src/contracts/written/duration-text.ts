/** From the largest, in milliseconds. */
export const DURATION_UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** In the largest unit that says it exactly, as a configuration would. */
export function writtenDuration(ms: number): string {
  if (ms === 0) return '0';
  const [unit, size] = DURATION_UNITS.find(([, one]) => ms % one === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}
