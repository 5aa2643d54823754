import { describe, expect, test } from 'vitest';
import type { MemoryDeploymentStore } from '../../../src/adapters/memory/memory-store.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { runPass } from '../../../src/domain/orchestrator/claim/run-pass.js';
import { aRecord, workerPorts } from '../../support/cluster.js';
import { broken, FakeDriver, FakeServices } from '../../support/fake-services.js';
import { aDraft } from '../../support/fixtures.js';

type Line = readonly [fields: object, message: string];

function world(driver: FakeDriver, store?: Partial<MemoryDeploymentStore>) {
  const lines: Line[] = [];
  const { store: memory, index } = aRecord(systemClock);
  const { runtimeOf } = new FakeServices({ driver });
  const write = (...line: Line): void => void lines.push(line);
  const ports = workerPorts({
    store: store ? Object.assign(memory, store) : memory,
    ...{ index, clock: systemClock },
    log: { info: write, warn: write, error: write },
    runtimeOf,
    publish: async () => {},
  });
  return { ports, lines };
}

const never = new AbortController().signal;
const stop = { draining: never, abort: never };

describe('the log', () => {
  test('says of a driver that failed which service, deployment, step and target it was', async () => {
    const driver = new FakeDriver();
    driver.onApply = () => broken('no disk');
    const { ports, lines } = world(driver);
    const { deployment, events } = aDraft({ approve: true });
    await ports.store.create(deployment, events);

    await runPass(ports, 'execute', deployment.id, stop);

    const bound = { service: 'api', deployment: deployment.id, step: 0, target: 'web-1' };
    expect(lines).toEqual([
      [expect.objectContaining({ ...bound, reason: 'no disk' }), 'the driver failed'],
    ]);
  });

  test('says what broke a run off, before the error goes on to the caller', async () => {
    const failing = { append: () => Promise.reject(new Error('Redis said no')) };
    const { ports, lines } = world(new FakeDriver(), failing);
    const { deployment, events } = aDraft({ approve: true });
    await ports.store.create(deployment, events);

    await expect(runPass(ports, 'execute', deployment.id, stop)).rejects.toThrow('Redis said no');

    const err = expect.objectContaining({ message: 'Redis said no' });
    const bound = { service: 'api', deployment: deployment.id, work: 'execute', err };
    expect(lines).toEqual([[expect.objectContaining(bound), 'work broke off']]);
  });
});
