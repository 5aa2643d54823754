import { expect, test } from 'vitest';
import { FULL } from '../support/long-tests.js';
import type { FaultKind } from './judge.js';
import { livesWith } from './lives-with.js';
import type { Planted } from './plant.js';

const MINUTES = 60_000;
const PLACES = 'adapters/routers/places';

/** What is wrong with the second of two balancers, and what the judge says then. */
const PLANTED: readonly (Planted & { readonly says: string; readonly kind: FaultKind })[] = [
  {
    says: 'what a person holds out at one of them is put back there too',
    kind: 'admitted what is held out',
    file: `${PLACES}/several-places.ts`,
    search: 'call.leave?.includes(name) === true',
    replacement: 'name.length === 0',
  },
  {
    says: 'what one of them says is taken for what all do',
    kind: 'claim: rotation',
    file: `${PLACES}/look-at-all.ts`,
    search: 'const said = present.flatMap(',
    replacement: 'const said = present.slice(0, 1).flatMap(',
  },
];

test.each(FULL ? PLANTED : PLANTED.slice(0, 1))(
  'lives behind two balancers show it where $says',
  async (planted) => {
    const { faulty, report } = await livesWith(planted, { lives: 400, seed: 1, pair: true });
    expect(faulty, report).toBeGreaterThan(0);
  },
  10 * MINUTES,
);
