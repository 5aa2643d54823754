import { describe, expect, it, test } from 'vitest';
import { FULL } from '../support/long-tests.js';
import { firstSeed } from './how-many.js';
import { livesWith } from './lives-with.js';
import { PLANTED_FAULTS } from './planted-faults.js';

const MINUTES = 60_000;
/** A fault that shows itself in one of some thousand lives has to be looked for so long. */
const LIVES = 20_000;

describe('the lives find it when', () => {
  // The first one shows that the lives can see; all of them are planted in `npm run test:long`.
  test.each(FULL ? PLANTED_FAULTS : PLANTED_FAULTS.slice(0, 1))(
    '$says',
    async (fault) => {
      const { faulty, report } = await livesWith(fault, { lives: LIVES, seed: firstSeed() });
      expect(faulty).toBeGreaterThan(0);
      expect(report).toContain(`"${fault.kind}"`);
    },
    10 * MINUTES,
  );
});

it('a fault whose place is not found exactly once is refused', async () => {
  const fault = { file: 'domain/model/result.ts', replacement: '', kind: 'floor' } as const;
  const planting = { lives: 1, seed: 1 };
  await expect(livesWith({ ...fault, search: 'export' }, planting)).rejects.toThrow('not once');
  await expect(livesWith({ ...fault, search: 'nowhere' }, planting)).rejects.toThrow('0 times');
});
