import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../../../src/adapters/simulation/virtual-clock.js';

describe('a virtual clock', () => {
  test('jumps to whoever sleeps the shortest, and lets what follows from it happen first', async () => {
    const clock = new VirtualClock(0);
    const said: string[] = [];
    const say = (name: string): void => void said.push(`${name} at ${clock.now()}`);
    const long = clock.sleep(86_400_000).then(() => say('long'));
    await clock.sleep(1_000);
    say('short');
    await clock.sleep(10);
    say('shorter');
    await long;

    expect(said).toEqual(['short at 1000', 'shorter at 1010', 'long at 86400000']);
  });

  test('wakes those who are due together in the order in which they lay down', async () => {
    const clock = new VirtualClock(0);
    const woken: number[] = [];
    await Promise.all([1, 2, 3].map((name) => clock.sleep(5).then(() => void woken.push(name))));
    expect(woken).toEqual([1, 2, 3]);
  });

  test('lets nobody sleep who is told to stop, before or meanwhile', async () => {
    const clock = new VirtualClock(0);
    await clock.sleep(50, AbortSignal.abort());
    const stop = new AbortController();
    const sleeping = clock.sleep(50, stop.signal);
    stop.abort();
    await sleeping;
    expect(clock.now()).toBe(0);
  });

  test('is moved on by hand, and never goes back', async () => {
    const clock = new VirtualClock(0);
    const due = clock.sleep(10);
    clock.advance(100);
    await due;
    expect(clock.now()).toBe(100);
  });
});
