/**
 * What a fold gives; `null` for a value that the machine of this version has no
 * case for (`assertNever`): a newer one wrote it, or it was damaged.
 */
export function foldable<T>(fold: () => T): T | null {
  try {
    return fold();
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
