import { describe, expect, test } from 'vitest';
import { type LedgerEntry, overtakenServices } from './ledger.js';

const entry = (
  phase: LedgerEntry['phase'],
  deploymentId: string,
  fence: number,
  target = 't1',
): LedgerEntry => ({
  ...{ phase, at: 0, environment: 'production', service: 's', target, version: '1' },
  ...{ action: 'deploy', deploymentId, fence, worker: 'w' },
});

describe('services on which a late call landed', () => {
  test('are those with an old fence after a newer one', () => {
    const calls = [entry('begin', 'b', 2), entry('end', 'b', 2), entry('begin', 'a', 1)];
    expect([...overtakenServices(calls)]).toEqual(['s']);
  });

  test('and those where two deployments were at work at once', () => {
    expect([...overtakenServices([entry('begin', 'a', 1), entry('begin', 'b', 2, 't2')])]).toEqual([
      's',
    ]);
  });

  test('and no others: one deployment may be on several targets, and call again', () => {
    const calls = [
      entry('begin', 'a', 1),
      entry('begin', 'a', 1, 't2'),
      entry('end', 'a', 1),
      entry('begin', 'a', 3),
      entry('refused', 'z', 0),
    ];
    expect([...overtakenServices(calls)]).toEqual([]);
  });
});
