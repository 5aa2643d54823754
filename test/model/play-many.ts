import fc from 'fast-check';
import { expect } from 'vitest';
import { FULL } from '../support/long-tests.js';
import { someMoves } from './moves.js';
import { play, type Tally } from './player.js';
import type { Subject } from './subject.js';

/** Everything that must have come about for a run to show something. */
const SEEN = [
  ...['create: created', 'create: exists', 'create: store/conflict'],
  ...['claim: claimed', 'claim: waiting', 'claim: leased', 'claim: limited', 'claim: not_owed'],
  ...['claim: missing', 'append: written', 'append: handed over', 'append: store/stale'],
  ...['append under a claim: written', 'append under a claim: handed over'],
  ...['append on an older service: store/stale'],
  ...['append under a claim: store/fenced', 'append under a claim: store/stale'],
  ...['renew: held', 'renew: lost', 'leave: work', 'renewWork: work', 'lead: true', 'lead: false'],
];
const SEEN_OF_SCRIPTS = [
  ...['again: OK', 'again: STALE', 'again: FENCED', 'append, twice', 'claim, twice'],
  ...['append under a claim, twice', 'create, twice', 'leave, twice'],
];

/** Games side by side: while the one waits for an answer another one thinks. */
const LANES = 4;

/**
 * Many games, each with a store of its own. A seed repeats them: SIGNALBOX_SEED,
 * and the seed that a failure names repeats that failure first.
 *
 * @param done takes the store away again
 * @returns how many calls were compared
 */
export async function playMany<S extends Subject>(
  name: string,
  games: number,
  make: () => S,
  done: (subject: S) => Promise<void> = async () => {},
): Promise<number> {
  const seed = Number(process.env['SIGNALBOX_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  console.log(`${name}: ${games} games, SIGNALBOX_SEED=${seed}`);
  const tally: Tally = new Map();
  let exact = false;
  const game = fc.asyncProperty(someMoves, async (moves) => {
    const subject = make();
    exact = subject.exact;
    await play(subject, moves, tally);
    await done(subject);
  });
  const lanes = Array.from({ length: LANES }, (_, lane) =>
    fc.assert(game, { seed: seed + lane, numRuns: games / LANES }),
  );
  await Promise.all(lanes);
  const calls = [...tally.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${name}: ${calls} calls;`, tally);
  // A run in which nothing of this came about would show nothing. In few games the rare may not come about.
  if (FULL) {
    expect([...tally.keys()]).toEqual(
      expect.arrayContaining([...SEEN, ...(exact ? SEEN_OF_SCRIPTS : [])]),
    );
  }
  return calls;
}
