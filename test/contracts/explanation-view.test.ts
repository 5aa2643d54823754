import { expect, test } from 'vitest';
import { explanationView } from '../../src/contracts/views/explanation-view.js';
import type { Explanation } from '../../src/domain/explain/explanation.js';
import { anId, web } from '../support/fixtures.js';

test('an explanation is told with its times in ISO 8601, and with null where they are not known', () => {
  const hold = { reason: 'r', liftedBy: 'anyone', command: null } as const;
  const explanation: Explanation = {
    id: anId(),
    state: 'executing',
    reason: null,
    step: { number: 1, of: 2, kind: 'gate', what: 'gate qa' },
    holds: [
      { ...hold, kind: 'gate', since: 0, until: 1_000 },
      { ...hold, kind: 'window', since: null, until: null },
    ],
    sight: 'the checks say what serves',
    heldOut: [{ target: web(2), how: 'maintenance' }],
    behind: ['lb-2:9999'],
    configuration: null,
    metricNotes: [{ analysis: 'health', metric: 'errors', note: 'the source warned: x' }],
    drains: [
      { target: web(1), until: 24_000, count: { left: 3, of: 'requests' } },
      { target: web(2), until: 24_000, count: null, uncounted: true },
    ],
    calls: [{ to: 'web-1', doing: 'deploy', since: 0, worker: 'w', attempt: 1 }],
    deadlines: [{ kind: 'gate', at: 1_000, outcome: 'it goes on by itself' }],
    next: 'then step 2: wait',
    nextAt: 1_000,
    options: [{ command: 'signalbox promote x', does: 'goes past this step' }],
  };

  const failure = { target: web(1), error: 'exit 7', evidence: { output: 'no space' }, at: 0 };

  const cut = {
    target: web(1),
    count: { left: 2, of: 'requests' },
    waitedMs: 30_000,
    at: 0,
  } as const;
  const unknown = { target: web(2), count: null, waitedMs: null, at: 0 };

  expect(explanationView(explanation, [failure])).toMatchObject({ drainsGivenUp: [] });
  expect(explanationView(explanation, [failure], [cut, unknown])).toEqual({
    ...explanation,
    failures: [
      {
        ...{ target: 'web-1', error: 'exit 7', lastLines: ['no space'] },
        at: '1970-01-01T00:00:00.000Z',
      },
    ],
    holds: [
      {
        ...hold,
        kind: 'gate',
        since: '1970-01-01T00:00:00.000Z',
        until: '1970-01-01T00:00:01.000Z',
      },
      { ...hold, kind: 'window', since: null, until: null },
    ],
    drains: [
      {
        ...{ target: 'web-1', left: 3, of: 'requests', counted: true },
        until: '1970-01-01T00:00:24.000Z',
      },
      {
        ...{ target: 'web-2', left: null, of: null, counted: false },
        until: '1970-01-01T00:00:24.000Z',
      },
    ],
    drainsGivenUp: [
      {
        ...{ target: 'web-1', left: 2, of: 'requests', waitedMs: 30_000 },
        at: '1970-01-01T00:00:00.000Z',
      },
      {
        ...{ target: 'web-2', left: null, of: null, waitedMs: null },
        at: '1970-01-01T00:00:00.000Z',
      },
    ],
    calls: [{ ...explanation.calls[0], since: '1970-01-01T00:00:00.000Z' }],
    deadlines: [{ ...explanation.deadlines[0], at: '1970-01-01T00:00:01.000Z' }],
    nextAt: '1970-01-01T00:00:01.000Z',
  });
});
