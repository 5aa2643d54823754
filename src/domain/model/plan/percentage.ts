/**
 * What a percentage leaves of the whole, as one would write it: of 99.9 that is 0.1,
 * which floating point has as 0.09999999999999432.
 */
export const restOf = (percent: number): number => Number((100 - percent).toFixed(12));
