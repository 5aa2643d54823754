import { describe, expect, test } from 'vitest';
import { createSimulation, simulate, simulationView } from '../../../src/app/entries/testing.js';
import type { ConfigInput } from '../../../src/contracts/config/config.schema.js';
import type { SimulationRequest } from '../../../src/app/simulation/simulation.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { API } from '../../support/fixtures.js';
import { canary, endOf, up } from './simulations.js';

const HOUR = 3_600_000;

describe('a simulation', () => {
  test('as the test kit is documented: a target that refuses a version takes all back', async () => {
    const simulation = await createSimulation({
      spec: { targets: 4, strategy: { kind: 'canary', stages: [25, 100], wait: '2h' } },
      faults: ['web-3'],
    });
    const { deployment } = await simulation.deploy('2.0.0');

    expect(deployment.state.status).toBe('rolled_back');
    expect(simulation.driver.runs.get(targetId('web-3'))).toBe('previous');
  });

  test('of hours of waits takes no time, and they have passed', async () => {
    const { status, startedAt, endedAt, active } = await endOf({ spec: { strategy: canary } });
    expect(status).toBe('completed');
    expect(endedAt - startedAt).toBe(4 * HOUR + 3_000);
    expect(active?.version).toBe('next');
  });

  test('prints the same for the same request, and another for another seed', async () => {
    const request = { spec: { targets: 20, strategy: canary }, callTime: '2s..20s' };
    const printed = async (seed: number): Promise<string> =>
      JSON.stringify(simulationView(await simulate({ ...request, seed })));
    expect(await printed(7)).toBe(await printed(7));
    expect(await printed(7)).not.toBe(await printed(8));
  });

  test('goes on where the last one left the world', async () => {
    const simulation = await createSimulation({ spec: {}, previousVersion: null });
    const first = await simulation.deploy('1.0.0');
    const second = await simulation.deploy('2.0.0');

    expect(first.deployment.previous).toBeNull();
    expect(second.deployment.previous?.version).toBe('1.0.0');
    expect(second.startedAt).toBe(first.endedAt);
    expect((await simulation.index.history({ limit: 5 })).items).toHaveLength(2);
  });

  test('takes a whole configuration, and plans as its workers would', async () => {
    const config: ConfigInput = {
      services: {
        api: {
          driver: { kind: 'command', argv: ['deploy', '{version}'], timeout: '1m' },
          targets: [{ id: 'web-1', address: 'here:80' }],
          checks: [up],
          environments: { staging: { targets: [{ id: 's-1', address: 's:1' }, { id: 's-2' }] } },
        },
      },
    };
    const production = await simulate({ spec: config, version: '3.0.0' });
    const staging = await simulate({ spec: config, environment: 'staging' });

    expect(production.deployment).toMatchObject({ ...API, version: '3.0.0' });
    expect(production.deployment.plan).toMatchObject({
      driver: { kind: 'command', fences: false, removes: false },
      router: null,
      checks: [{ name: 'up', kind: 'tcp' }],
    });
    expect(staging.deployment.plan.targets).toHaveLength(2);
  });

  test.each<[SimulationRequest, string]>([
    [{ spec: { targets: 0 } }, 'targets: '],
    [{ spec: {}, faults: ['?'] }, 'faults.0: expected a target'],
    [{ spec: { services: {} } }, 'service: expected one of the configured ones: none by name'],
    [{ spec: { services: { '*': {} } }, service: 'api' }, 'driver: no driver is configured'],
    [{ spec: { services: { a: { colour: 1 } as object } } }, 'services.a: '],
    [
      { spec: { services: { '*': {} } }, service: 'A b' },
      'service: `A b` is not a valid service name',
    ],
    [
      { spec: { services: { a: {} } }, environment: 'A b' },
      'environment: `A b` is not a valid environment name',
    ],
    [{ spec: { checks: [{ ...up, address: '{host}' }] } }, 'spec: '],
    [{ spec: { freezes: [{ reason: 'no', until: 2 ** 42, from: 2 ** 42 }] } }, 'freezes.0.until: '],
  ])('of %j is refused by the field', async (request, message) => {
    await expect(createSimulation(request)).rejects.toThrow(message);
  });

  test('of a plan that can not be is refused when it is deployed', async () => {
    const spec = { targets: 3, strategy: { kind: 'blue_green' as const } };
    const simulation = await createSimulation({ spec });
    await expect(simulation.deploy()).rejects.toThrow(/^targets|^strategy/);
  });
});
