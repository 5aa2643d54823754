/** A number of targets, or a share of them. */
export type Amount = number | `${number}%`;

/** A whole number of targets, from a number or a share of `total`; NaN from neither. Rounded as the caller's safety asks. */
export function amountOf(amount: Amount, total: number, round: 'up' | 'down'): number {
  const share = typeof amount === 'number' ? amount : (Number.parseFloat(amount) * total) / 100;
  // 33% of 100 is 33.000000000000004 in floating point: what is a hair's breadth off a whole is that whole.
  const nearest = Math.round(share);
  if (Math.abs(share - nearest) < 1e-9) return nearest;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
