import { expect, it } from 'vitest';
import { howMany as fewOrFull } from '../support/how-many.js';
import { FULL } from '../support/long-tests.js';
import { firstSeed, howMany } from './how-many.js';
import { liveMany, toldOf } from './many-lives.js';
import { drawPair } from './draw-pair.js';
import { shrunk } from './shrink.js';

const MINUTES = 60_000;
/** What `npm test` lives; new ones are sought in `npm run test:long`. */
const ALWAYS = '7000';

it(
  'behind two balancers of which each forgets, is away and is meddled with by itself: floors hold at both, all ends, and what the record calls sure is so at both',
  async () => {
    const seed = firstSeed(process.env['SIGNALBOX_SEED'] ?? (FULL ? undefined : ALWAYS));
    const { first, lives, deployments, ends } = await liveMany(
      howMany(process.env['SIGNALBOX_LIVES'] ?? String(fewOrFull({ few: 100, full: 4_000 }))),
      seed,
      ({ faults }) => faults.length > 0,
      drawPair,
    );
    console.log(`${lives} lives, ${deployments} deployments, SIGNALBOX_SEED=${seed}`);
    expect(first === null ? '' : toldOf(await shrunk(first))).toBe('');
    expect(Object.keys(ends)).toEqual(expect.arrayContaining(['completed', 'rolled_back']));
  },
  30 * MINUTES,
);
