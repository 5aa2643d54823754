/** Draws numbers from 0 to below 1. */
export type Draw = () => number;

/**
 * Numbers that look random, and are the same for the same words: what is drawn
 * for one thing does not hang on who drew before.
 *
 * The words are hashed by FNV-1a (Fowler, Noll, Vo; IETF draft-eastlake-fnv),
 * the numbers come from Mulberry32 (Tommy Ettinger, public domain).
 */
export function seeded(...words: readonly (string | number)[]): Draw {
  let state = hash(words.join('\u0000'));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** By Box and Muller (1958), "A Note on the Generation of Random Normal Deviates". */
export function drawNormal(draw: Draw, mean: number, deviation: number): number {
  // 1 − u is never 0, whose logarithm is none.
  const radius = Math.sqrt(-2 * Math.log(1 - draw()));
  return mean + deviation * radius * Math.cos(2 * Math.PI * draw());
}

/** How many of so many trials come true: counted one by one up to a point, by the normal approximation beyond it. */
export function drawBinomial(draw: Draw, trials: number, rate: number): number {
  if (trials > COUNTED) {
    const spread = Math.sqrt(trials * rate * (1 - rate));
    return Math.min(trials, Math.max(0, Math.round(drawNormal(draw, trials * rate, spread))));
  }
  let events = 0;
  for (let n = 0; n < trials; n++) if (draw() < rate) events += 1;
  return events;
}

const COUNTED = 20_000;

function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  return value;
}
