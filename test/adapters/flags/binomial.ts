/**
 * The central interval of a binomial count: with at most `miss / 2` of
 * probability below it, and as much above, summed exactly term by term.
 */
export function binomialInterval(n: number, p: number, miss: number): [number, number] {
  const terms = Array.from({ length: n + 1 }, () => 0);
  let log = n * Math.log1p(-p);
  terms[0] = Math.exp(log);
  for (let k = 1; k <= n; k++) {
    log += Math.log((n - k + 1) / k) + Math.log(p / (1 - p));
    terms[k] = Math.exp(log);
  }
  const from = (order: readonly number[]): number => {
    let sum = 0;
    return order.findIndex((term) => (sum += term) > miss / 2);
  };
  return [from(terms), n - from(terms.toReversed())];
}
