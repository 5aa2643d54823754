const MOST = 3;

/** The first few by name, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST;
  const shown = names.slice(0, MOST).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
