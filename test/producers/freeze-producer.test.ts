import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryFreezes } from '../../src/adapters/memory/memory-freezes.js';
import { serviceKey } from '../../src/domain/model/ids.js';
import { CommandRefused } from '../../src/producers/deployment-producer.js';
import { FreezeProducer } from '../../src/producers/freeze-producer.js';
import { InvalidRequest } from '../../src/producers/publish-job.js';
import { API } from '../support/fixtures.js';
import { VirtualClock } from '../support/virtual-clock.js';

const HELD = { reason: 'web-1 failed', since: 1, deploymentId: 'dep_bad' };

let clock: VirtualClock;
let producer: FreezeProducer;
beforeEach(() => {
  clock = new VirtualClock(1_000);
  let made = 0;
  producer = new FreezeProducer({
    freezes: new MemoryFreezes(new Map([[serviceKey(API), HELD]]), clock),
    clock,
    newFreezeId: () => `frz_${(made += 1)}`,
  });
});

describe('a freeze', () => {
  test('begins now and stands until somebody lifts it, where nothing else is said', async () => {
    const freeze = await producer.freeze({ reason: 'stocktaking', by: 'ann' });

    expect(freeze).toEqual({
      id: 'frz_1',
      scope: { environment: null, service: null, labels: {} },
      reason: 'stocktaking',
      by: 'ann',
      from: 1_000,
      until: null,
    });
    expect(await producer.list()).toEqual([freeze]);
  });

  test('takes the place of one with the same id, and is over when its time is', async () => {
    const scope = { environment: 'production', label: { tier: 'db' } };
    await producer.freeze({ id: 'xmas', reason: 'one', by: 'ann', for: '1h' });
    const freeze = await producer.freeze({
      id: 'xmas',
      reason: 'two',
      by: 'ann',
      scope,
      for: '2h',
    });

    expect(freeze).toMatchObject({
      scope: { environment: 'production', service: null, labels: { tier: 'db' } },
      until: 7_201_000,
    });
    expect(await producer.list()).toHaveLength(1);
    clock.advance(7_200_000);
    expect(await producer.list()).toEqual([]);
  });

  test('is refused with the field at fault, and freezes nothing then', async () => {
    const refused = async (request: object): Promise<string> => {
      const answer = await producer.freeze(request as { reason: string }).catch((error) => error);
      expect(answer).toBeInstanceOf(InvalidRequest);
      return (answer as InvalidRequest).path;
    };

    expect(await refused({ reason: '' })).toBe('reason');
    expect(await refused({ reason: 'x', scope: { service: 'A B' } })).toBe('scope.service');
    expect(await refused({ reason: 'x', until: 2_000, for: '1h' })).toBe('until');
    expect(await refused({ reason: 'x', by: 'ann', until: 500 })).toBe('until');
    expect(await refused({ reason: 'x' })).toBe('by');
    expect(await refused({ reason: 'x', by: ' ' })).toBe('by');
    expect(await producer.list()).toEqual([]);
  });

  test('is lifted once; lifting what is not there is refused', async () => {
    const { id } = await producer.freeze({ reason: 'stocktaking', by: 'ann' });

    expect(await producer.unfreeze(id, 'bob')).toMatchObject({ id });
    expect(await producer.list()).toEqual([]);
    await expect(producer.unfreeze(id, 'bob')).rejects.toThrow(
      new CommandRefused(`no freeze ${id}`),
    );
  });
});

test('automation that a rollback holds is told and released once', async () => {
  expect(await producer.automationHold(API)).toEqual(HELD);
  expect(await producer.releaseAutomation(API, 'ann')).toEqual(HELD);
  expect(await producer.automationHold(API)).toBeNull();
  await expect(producer.releaseAutomation(API, 'ann')).rejects.toThrow(
    new CommandRefused('the automation of production/api is not held'),
  );
});
