import { describe, expect, test } from 'vitest';
import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { findUnknown } from '../../../src/domain/audit/unknown-targets.js';
import { serviceName } from '../../../src/domain/model/ids.js';
import type { HeldTarget } from '../../../src/domain/ports/target-driver.js';
import { API, v, web } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

const held = (n: number): HeldTarget => ({
  ...{ ...API, target: web(n), address: `127.0.0.1:${n}`, version: v('1.0.0') },
});

describe('looking for what drivers run that nobody knows', () => {
  test('finds targets without a record, and services without one', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const source = new MemoryAuditSource(world.state, []);
    const other = { ...held(1), service: serviceName('web') };

    expect(await findUnknown(source, [held(1), held(3), other])).toEqual([held(3), other]);
    expect(await findUnknown(source, [])).toEqual([]);
    // Of a service that a source says nothing of, nothing is told.
    const silent = { servicesNow: async () => ({ sequence: 0, services: [] }) };
    expect(await findUnknown(silent, [held(3)])).toEqual([]);
  });

  test('finds what was removed by the record', async () => {
    const world = aWorld();
    world.driver.removes = true;
    const { id } = await world.planned();
    await world.finish(id);
    await world.order(id, { type: 'rollback', reason: 'no good' });
    await world.finish(id);

    expect(await findUnknown(new MemoryAuditSource(world.state, []), [held(1)])).toEqual([held(1)]);
  });

  test('passes a service over that a deployment is changing', async () => {
    const world = aWorld();
    const { id } = await world.planned();
    await world.store.claim(id, { kind: 'execute', worker: 'w9', leaseMs: 1_000 });

    expect(await findUnknown(new MemoryAuditSource(world.state, []), [held(3)])).toEqual([]);
  });
});
