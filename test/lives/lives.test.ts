import { expect, it } from 'vitest';
import { howMany as fewOrFull } from '../support/how-many.js';
import { firstSeed, howMany } from './how-many.js';
import type { Life } from './live.js';
import { liveMany, toldOf } from './many-lives.js';
import { shrunk } from './shrink.js';

const seed = firstSeed();
const MINUTES = 60_000;

/** Lives through random sequences of deployments. A seed repeats a run: SIGNALBOX_SEED. */
it(
  'whatever is deployed, fails and moves by itself: floors hold, all ends, and what the record calls sure is so',
  async () => {
    const anything = ({ faults }: Life): boolean => faults.length > 0;
    const { first, lives, deployments } = await liveMany(
      howMany(process.env['SIGNALBOX_LIVES'] ?? String(fewOrFull({ few: 200, full: 10_000 }))),
      seed,
      anything,
    );
    console.log(`${lives} lives, ${deployments} deployments, SIGNALBOX_SEED=${seed}`);
    expect(first === null ? '' : toldOf(await shrunk(first))).toBe('');
  },
  30 * MINUTES,
);

it(
  'lives come to every end there is, and much happens in them',
  async () => {
    const { ends, deaths, refused, deployments, wentBack, kinds } = await liveMany(
      howMany('150'),
      seed,
    );

    expect(Object.keys(ends)).toEqual(
      expect.arrayContaining(['completed', 'rolled_back', 'failed', 'cancelled']),
    );
    expect(deaths).toBeGreaterThan(0);
    expect(wentBack).toBeGreaterThan(0);
    // A life of plans that are all refused would show nothing.
    expect(refused).toBeLessThan(deployments / 3);
    // What breaks is the core's promise, never the stage it stands on.
    expect(kinds).not.toHaveProperty('broke');
  },
  MINUTES,
);
