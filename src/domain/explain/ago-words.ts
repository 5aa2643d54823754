const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
] as const;

/** `4 min ago`: whole units, the largest that fits; `ms` below 0 counts as now. */
export function agoWords(ms: number): string {
  for (const [unit, size] of UNITS) {
    if (ms >= size) return `${Math.floor(ms / size)} ${unit} ago`;
  }
  return `${Math.max(0, Math.floor(ms / 1_000))} s ago`;
}
