import { describe, expect, test } from 'vitest';
import { MemoryDeploymentStore } from '../../../src/adapters/memory/memory-store.js';
import { emptyState } from '../../../src/adapters/memory/memory-state.js';
import { liveBefore } from '../../../src/adapters/simulation/live-before.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { runsDeclared } from '../../../src/domain/reconcile/service-change.js';
import { SharedMap } from '../../../src/domain/model/shared-map.js';
import { UNTOUCHED } from '../../../src/domain/model/target-status.js';
import { aDeployment, anId, API, type DeploymentFixture, v, web } from '../../support/fixtures.js';

async function live(fixture: DeploymentFixture = {}) {
  const state = emptyState();
  const id = anId();
  const { plan } = aDeployment(fixture);
  liveBefore(state, { ...API, id, version: v('1.0.0'), plan, endedAt: 9_000 });
  return { id, service: await new MemoryDeploymentStore(state, systemClock).service(API) };
}

describe('what is live before a simulation', () => {
  test('is as if it had been deployed: declared, and surely on every target', async () => {
    const { id, service } = await live();

    const entry = { ...API, version: '1.0.0', deploymentId: id, since: 9_000 };
    expect(service.active).toEqual(entry);
    const declared = { version: '1.0.0', others: {}, missed: [], shares: null };
    expect(service.stable).toEqual([{ ...entry, declared }]);
    for (const target of [web(1), web(2)]) {
      expect(service.targets.get(target)).toEqual({ ...UNTOUCHED, version: ['1.0.0'], by: id });
    }
  });

  test('has equal parts of the traffic, where a router moves it', async () => {
    const { service } = await live({ router: true });

    expect(service.stable[0]?.declared.shares).toEqual({ 'web-1': 0.5, 'web-2': 0.5 });
    expect(service.targets.get(web(1))?.weight).toEqual([0.5]);
  });

  test('has the traffic of one colour where there are two; of the other nothing is known', async () => {
    const { id, service } = await live({
      ...{ coloured: true, router: true, targets: ['web-1', 'web-2', 'web-3', 'web-4'] },
      strategy: { kind: 'rolling' },
    });

    const shares = { 'web-1': 0.5, 'web-2': 0, 'web-3': 0.5, 'web-4': 0 };
    expect(service.stable[0]?.declared).toEqual({
      ...{ version: '1.0.0', others: { 'web-2': '?', 'web-4': '?' }, missed: [], shares },
    });
    expect(service.targets.get(web(1))).toMatchObject({
      version: ['1.0.0'],
      weight: [0.5],
      by: id,
    });
    expect(service.targets.get(web(2))).toEqual({ ...UNTOUCHED, weight: [0] });
    const [top] = service.stable;
    expect(
      top && runsDeclared({ targets: SharedMap.empty(), others: service.targets }, top.declared),
    ).toBe(true);
  });
});
