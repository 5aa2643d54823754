import { expect, test } from 'vitest';
import {
  changeWords,
  configurationChange,
} from '../../../src/domain/fleet/configuration-change.js';
import { outlinesFor } from '../../../src/domain/fleet/outlines-for.js';
import { KNOWS_ALL } from '../../../src/domain/fleet/knowledge.js';
import { API } from '../../support/fixtures.js';
import { aWorkerSign, knowing, knownService } from '../../support/worker-signs.js';

const now = aWorkerSign({
  startedAt: 5,
  knowledge: knowing(knownService('api', { elsewhere: 'now' })),
});
const then = aWorkerSign({
  host: 'host-2',
  knowledge: knowing(knownService('api', { elsewhere: 'then' })),
});
const outlines = new Map([
  ['then', { 'driver.argv[0]': 'put', 'driver.argv[1]': '-v', timeout: '1' }],
  ['now', { 'driver.argv[0]': 'place', timeout: '1', 'checks[0].url': 'http://up' }],
]);
const change = (workers = [now, then], known = outlines) =>
  configurationChange('then', API, workers, known);

test('a configuration that changed since the plan is told with what changed, and where', () => {
  const found = change();
  expect(found?.hosts).toEqual(['host-1']);
  expect(found && changeWords(found)).toEqual([
    'driver.argv[0] was put, is place',
    'driver.argv[1] is gone, was -v',
    'checks[0].url is new: http://up',
  ]);
});

test('the newest worker counts, and each host is named once', () => {
  const older = aWorkerSign({
    ...{ id: 'older', startedAt: 1 },
    knowledge: knowing(knownService('api', { elsewhere: 'older' })),
  });
  expect(change([older, now])).toMatchObject({ hosts: ['host-1'], settings: [{}, {}, {}] });
});

test('nothing changed where those alive have it as it was, or have no configuration to name', () => {
  expect(change([then])).toBeNull();
  expect(change([{ ...now, alive: false }])).toBeNull();
  expect(change([aWorkerSign({ knowledge: KNOWS_ALL })])).toBeNull();
  expect(configurationChange(undefined, API, [now], outlines)).toBeNull();
});

test('what is hidden or forgotten is said to be, and a long list is cut', () => {
  const nothing = ['what changed is hidden, or not remembered'];
  expect(changeWords(change([now], new Map()) ?? { hosts: [], settings: [] })).toEqual(nothing);
  const settings = Array.from({ length: 12 }, (_, at) => ({
    ...{ path: `targets[${at}].id`, before: 'a', after: 'b' },
  }));
  const words = changeWords({ hosts: [], settings });
  expect(words).toHaveLength(11);
  expect(words.at(-1)).toBe('2 more');
});

test('of each configuration in question what is remembered is looked up, once', async () => {
  const asked: string[] = [];
  const roster = {
    outlineOf: async (name: string) => {
      asked.push(name);
      return outlines.get(name) ?? null;
    },
  };
  const workers = [now, now, aWorkerSign({ knowledge: knowing('web') })];
  expect(await outlinesFor(roster, 'forgotten', API, workers)).toEqual(
    new Map([['now', outlines.get('now')]]),
  );
  expect(asked).toEqual(['forgotten', 'now']);
  expect(await outlinesFor(roster, undefined, API, [])).toEqual(new Map());
});
