/** Of two infinities that are alike there is none: neither is more than the other. */
export const differenceOf = (first: number, second: number): number =>
  first === second ? 0 : first - second;

/** For `toSorted`, infinite values at either end; neither may be NaN. */
export const ascending = (a: number, b: number): number => differenceOf(a, b);
