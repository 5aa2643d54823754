import { describe, expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { DeploymentEvent, EventLog } from '../../src/domain/ports/event-log.js';
import { EventsRestarted, EventsTrimmed } from '../../src/events/position-gap.js';
import { readEvents, type ReadOptions } from '../../src/events/read-events.js';

const idOf = (number: number): string => `${number}-0`;
const numberOf = (id: string): number => Number(id.split('-')[0]);

/** A log of these events; where a reader has found nothing new, `quiet` changes it. */
function aLog(numbers: readonly number[], quiet: (log: number[]) => void): EventLog {
  const kept = [...numbers];
  return {
    read: async (after, limit) => {
      const news = kept.filter((number) => number > numberOf(after)).slice(0, limit);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a reader looks at no more
      return news.map((number) => ({ id: idOf(number), service: 'api' }) as DeploymentEvent);
    },
    kept: async () => {
      const [oldest, newest] = [kept[0], kept.at(-1)];
      const ends =
        oldest === undefined || newest === undefined
          ? null
          : { oldest: idOf(oldest), newest: idOf(newest) };
      quiet(kept);
      return ends;
    },
    position: async () => idOf(kept.at(-1) ?? 0),
    close: async () => {},
  };
}

async function firstOf(count: number, log: EventLog, options: ReadOptions) {
  const seen: number[] = [];
  for await (const { id } of readEvents(log, systemClock, options)) {
    seen.push(numberOf(id));
    if (seen.length === count) break;
  }
  return seen;
}

describe('a reader at a gap', () => {
  const nothing = (): void => {};
  const grows = (log: number[]): void => void log.push((log.at(-1) ?? 0) + 1);

  test.each([
    [[5, 6, 7], '2-0', EventsTrimmed],
    [[5, 6, 7], '8-0', EventsRestarted],
    [[], '1-0', EventsRestarted],
  ])('of %j behind %s is told of it', async (kept, after, error) => {
    const reading = firstOf(1, aLog(kept, nothing), { from: { after } });
    await expect(reading).rejects.toThrow(error);
  });

  test.each([['4-0'], ['7-0']])('has none behind %s', async (after) => {
    expect(await firstOf(1, aLog([5, 6, 7], grows), { from: { after } })).toEqual([
      numberOf(after) + 1,
    ]);
  });

  test.each(['2-0', '500-0'])(
    'begins with the oldest where it wants that, from %s',
    async (after) => {
      const log = aLog([5, 6, 7], nothing);
      expect(await firstOf(3, log, { from: { after }, onGap: 'beginning' })).toEqual([5, 6, 7]);
    },
  );

  test.each(['2-0', '500-0'])(
    'goes on with the latest where it wants that, from %s',
    async (after) => {
      const log = aLog([5, 6, 7], grows);
      const seen = await firstOf(2, log, { from: { after }, onGap: 'latest' });
      expect(seen).toEqual([9, 10]);
    },
  );

  test.each([
    ['beginning', [1, 2]],
    ['latest', [3, 4]],
  ] as const)('that opens while it follows goes on from the %s', async (onGap, then) => {
    let looks = 0;
    const log = aLog([5, 6, 7], (kept) => {
      looks += 1;
      // It follows from 6; then the log begins anew, and two events are there before it looks again.
      if (looks === 2) kept.splice(0, kept.length, 1, 2);
      if (looks > 3) grows(kept);
    });
    const seen = await firstOf(3, log, { from: { after: '6-0' }, onGap });
    expect(seen).toEqual([7, ...then]);
  });

  test('in the middle, where what comes next was trimmed meanwhile, is told or goes on', async () => {
    const trimmed = () =>
      aLog([5, 6], (kept) => {
        if (kept.at(-1) === 6) kept.splice(0, kept.length, 9, 10);
      });
    const from = { after: '5-0' };
    await expect(firstOf(2, trimmed(), { from })).rejects.toThrow(EventsTrimmed);
    expect(await firstOf(2, trimmed(), { from, onGap: 'beginning' })).toEqual([9, 10]);
  });
});
