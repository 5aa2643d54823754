import { bisect } from './bisect.js';
import { upperIncompleteGamma } from './special-functions.js';

/** P(Z ≥ z) of the standard normal distribution, from the incomplete gamma function: A&S 26.4.19 with 26.2. */
export function normalTail(z: number): number {
  const outer = upperIncompleteGamma(0.5, (z * z) / 2) / 2;
  return z >= 0 ? outer : 1 - outer;
}

/** The z that leaves `tail` above it; 0 < tail < 1. */
export const normalQuantile = (tail: number): number =>
  bisect(-40, 40, (z) => normalTail(z) <= tail);

/** P(χ² ≥ x) with one degree of freedom, the square of a standard normal: A&S 26.4.19. */
export const chiSquaredTail = (x: number): number => upperIncompleteGamma(0.5, x / 2);
