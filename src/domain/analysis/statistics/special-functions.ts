/** B(2k) / (2k (2k − 1)) of Stirling's series: Abramowitz & Stegun (1964), 6.1.41. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1_260, -1 / 1_680, 1 / 1_188, -691 / 360_360, 1 / 156];
const PRECISION = 1e-16;
/** Continued fractions need about √n terms; this is enough for n in the thousand millions, and an end in any case. */
const MOST_TERMS = 100_000;

/** ln Γ(x) for x > 0: Stirling's series (A&S 6.1.41), after moving x up to where it is exact in doubles. */
export function logGamma(x: number): number {
  let factors = 1;
  let at = x;
  for (; at < 15; at++) factors *= at;
  const series = STIRLING.reduceRight((sum, term) => sum / (at * at) + term, 0) / at;
  return (at - 0.5) * Math.log(at) - at + 0.5 * Math.log(2 * Math.PI) + series - Math.log(factors);
}

export const logBeta = (a: number, b: number): number =>
  logGamma(a) + logGamma(b) - logGamma(a + b);

/** I_x(a, b), the regularised incomplete beta function, a and b > 0: A&S 26.5.8, after 26.5.2 where that converges faster. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) - logBeta(a, b)) / a;
  const fraction = continued(1, (n) => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? [(m * (b - m) * x) / ((a + n - 1) * (a + n)), 1]
      : [(-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n)), 1];
  });
  return front / fraction;
}

/** Q(a, x), the regularised upper incomplete gamma function: A&S 6.5.29 below the middle, 6.5.31 above. */
export function upperIncompleteGamma(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; n < MOST_TERMS && term > sum * PRECISION; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return 1 - front * sum;
  }
  return front / continued(x + 1 - a, (n) => [n * (a - n), x + 2 * n + 1 - a]);
}

/** first + n₁/(d₁ + n₂/(d₂ + …)) by Lentz's method, Appl. Opt. 15 (1976); no denominator is zero where the two above call it. */
function continued(first: number, term: (n: number) => readonly [number, number]): number {
  let value = first;
  let c = first;
  let d = 0;
  for (let n = 1; n < MOST_TERMS; n++) {
    const [numerator, denominator] = term(n);
    d = 1 / (denominator + numerator * d);
    c = denominator + numerator / c;
    value *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) break;
  }
  return value;
}
