import { describe, expect, test } from 'vitest';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { aProbe, saw } from '../../support/fake-services.js';
import { aWorld, stopWith, type World } from './world.js';

describe('verifying', () => {
  const verifying = async (world: World): Promise<Deployment> => {
    const { id } = await world.planned();
    await world.orchestrator.advance('execute', id);
    return world.load(id);
  };

  test('of a service without checks is optimistic, and says so', async () => {
    expect(await aWorld().live('1.0.0')).toMatchObject({
      state: { status: 'completed' },
      health: { status: 'healthy', reason: 'no checks are configured' },
    });
  });

  test('rests between two looks that learn nothing, and blames the deployment after the third', async () => {
    let looks = 0;
    const probe = aProbe(async () => {
      looks += 1;
      return saw(looks > 2 ? 'unknown' : 'healthy');
    });
    const world = aWorld({ probes: [probe] });
    const { id } = await verifying(world);
    const until = world.clock.now() + 5_000;

    expect(await world.orchestrator.advance('verify', id)).toMatchObject({
      kind: 'wait_until',
      until,
    });
    expect(await world.orchestrator.advance('verify', id)).toMatchObject({
      kind: 'wait_until',
      until,
    });
    expect(looks).toBe(4);
    expect((await world.finish(id)).state).toMatchObject({
      reason: expect.stringContaining('verification was inconclusive'),
    });
    expect(looks).toBe(8);
  });

  test('past the deadline rolls back without another look', async () => {
    const world = aWorld();
    const { id } = await verifying(world);
    world.clock.advance(4_000_000);
    await world.orchestrator.advance('verify', id);

    expect((await world.load(id)).state).toMatchObject({ reason: 'deadline passed' });
  });

  test('that is stopped gives no verdict', async () => {
    const abort = new AbortController();
    let stopping = false;
    const probe = aProbe(async () => {
      if (stopping) abort.abort();
      return saw('healthy');
    });
    const world = aWorld({ probes: [probe] });
    const { id } = await verifying(world);
    stopping = true;
    const stop = stopWith({ abort: abort.signal });

    expect((await world.orchestrator.advance('verify', id, stop)).kind).toBe('handed_back');
    expect(await world.statusOf(id)).toBe('verifying');
  });
});
