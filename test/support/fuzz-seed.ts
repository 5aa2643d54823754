import { randomInt } from 'node:crypto';

/** A new seed each run, or SIGNALBOX_FUZZ_SEED to repeat one; printed, for a failure must be repeatable. */
export function fuzzSeed(what: string): number {
  const given = process.env['SIGNALBOX_FUZZ_SEED'];
  const seed = given === undefined ? randomInt(2 ** 31) : Number(given);
  console.log(`${what}: SIGNALBOX_FUZZ_SEED=${seed}`);
  return seed;
}
