import { describe, expect, test } from 'vitest';
import { agoWords } from '../../../src/domain/explain/ago-words.js';
import { after } from '../../support/fixtures.js';
import { aWorkerSign, knowing } from '../../support/worker-signs.js';
import { inStatus } from '../plan/states.js';
import { explained } from './standing.js';

const kinds = (workers?: Parameters<typeof explained>[1]) =>
  explained(inStatus('executing'), workers).holds.map(({ kind }) => kind);

describe('what no worker is configured for', () => {
  test('is held, says who knew it last, and who ends that', () => {
    const gone = aWorkerSign({ host: 'host-2', alive: false, seenAt: 10_000 });
    const { holds, nextAt } = explained(inStatus('executing'), {
      now: 250_000,
      workers: [gone, aWorkerSign({ knowledge: knowing('web') })],
    });

    expect(holds[0]).toEqual({
      kind: 'configuration',
      reason: 'no worker is configured for production/api; last seen on host-2 4 min ago',
      since: null,
      until: null,
      liftedBy: 'a worker that is configured for it',
      command: 'signalbox services --workers',
    });
    expect(nextAt).toBeNull();
  });

  test('is held since a worker said so, and nobody may ever have known it', () => {
    const hold = {
      kind: 'configuration',
      reason: 'no worker is configured for production/api',
      until: null,
      liftedBy: 'a worker that is configured for it',
    } as const;
    const held = after(inStatus('verifying'), { type: 'hold', hold });
    const { holds } = explained(held, { workers: [aWorkerSign({ knowledge: knowing('web') })] });

    expect(holds).toMatchObject([{ reason: hold.reason, since: held.progress.hold?.since }]);
    // Somebody came who knows it, and has not written yet.
    expect(explained(held, { workers: [aWorkerSign()] }).holds).toEqual([]);
  });

  test('is not held where a worker knows it, nothing is owed, or nobody was asked', () => {
    expect(kinds({ workers: [aWorkerSign()] })).not.toContain('configuration');
    expect(kinds({ workers: [] })).not.toContain('configuration');
    expect(kinds()).not.toContain('configuration');
    const draft = explained(inStatus('draft'), { workers: [aWorkerSign({ alive: false })] });
    expect(draft.holds.map(({ kind }) => kind)).not.toContain('configuration');
  });
});

test('how long ago something was is told in the largest unit that fits', () => {
  const ago = [-1, 59_999, 60_000, 3_600_000, 200_000_000].map(agoWords);
  expect(ago).toEqual(['0 s ago', '59 s ago', '1 min ago', '1 h ago', '2 d ago']);
});
