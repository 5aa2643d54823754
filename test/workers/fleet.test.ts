import { expect, test } from 'vitest';
import type { Introduction } from '../../src/domain/fleet/sign-of-life.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { Fleet } from '../../src/workers/fleet/fleet.js';
import { VirtualClock } from '../support/virtual-clock.js';
import { aWorkerSign } from '../support/worker-signs.js';

/** A worker at work until its configuration was looked at as often as this says it changed or not. */
async function atWork(...answers: readonly boolean[]) {
  const clock = new VirtualClock(1_000_000);
  const stop = new AbortController();
  const announced: Introduction[] = [];
  const logged: string[] = [];
  const looks = [...answers];
  const fleet = new Fleet({
    ...{ own: aWorkerSign(), outlines: new Map(), clock },
    log: {
      ...SILENT,
      warn: (_, text) => void logged.push(`warn: ${text}`),
      info: (_, text) => void logged.push(text),
    },
    isConfigChanged: async () => {
      const [answer = false] = looks.splice(0, 1);
      if (looks.length === 0) stop.abort();
      return answer;
    },
    roster: {
      announce: async (own) => void announced.push(own),
      beat: async () => [],
      leave: async () => {},
      workers: async () => [],
      outlineOf: async () => null,
    },
  });
  await fleet.join();
  await fleet.run(stop.signal);
  return { fleet, logged, announced: announced.map(({ configChanged }) => configChanged) };
}

test('a worker whose configuration is edited says so to the others, and once in its log', async () => {
  const { fleet, announced, logged } = await atWork(false, true, true, true);

  expect(announced).toEqual([undefined, true]);
  expect(logged).toEqual(['warn: the configuration has changed: restart this worker to use it']);
  expect(fleet.own.configChanged).toBe(true);
});

test('and takes it back once the edit is undone', async () => {
  const { fleet, announced, logged } = await atWork(true, false);

  expect(announced.at(-1)).toBeUndefined();
  expect(logged.at(-1)).toBe('the configuration is again the one that this worker uses');
  expect(fleet.own).not.toHaveProperty('configChanged');
});
