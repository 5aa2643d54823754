import { describe, expect, test } from 'vitest';
import { DeploymentManager } from '../../../src/domain/manager/deployment-manager.js';
import type { Policy } from '../../../src/domain/model/plan/policy.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import { FakeServices } from '../../support/fake-services.js';
import { anId, API, v } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';

describe('planning', () => {
  test('that nobody could approve is refused when it is planned, with the rule; a way back is not', async () => {
    const policy: Partial<Policy> = {
      approval: 'required',
      approvals: 2,
      approvers: ['ann', 'bob'],
      selfApproval: false,
    };
    const world = aWorld();
    const { store } = world;
    const catalog = new FakeServices({ driver: world.driver, policy });
    const manager = new DeploymentManager({
      ...{ orchestrator: world.orchestrator, catalog, store, index: world.index },
      ...{ ids: { deploymentId: anId }, clock: world.clock, log: SILENT },
    });
    const asked = (requestedBy: string | null) => ({
      ...{ ...API, id: anId(), version: v('1.0.0'), approve: true, requestedBy },
      ...{ idempotencyKey: null, digest: '', metadata: {} },
    });
    const refused = asked('ann');

    expect(await manager.plan(refused)).toMatchObject({
      ok: false,
      error: {
        path: 'policy.approval',
        message: expect.stringMatching(
          /^nobody could approve it: `policy\.approval` asks for 2 of ann, bob; ann requested it and may not/,
        ),
      },
    });
    expect(await store.load(refused.id)).toBeUndefined();
    expect((await manager.plan(asked('cid'))).ok).toBe(true);
    expect((await manager.plan(asked(null))).ok).toBe(true);
    expect((await manager.plan({ ...asked('ann'), rollback: { reason: 'bad' } })).ok).toBe(true);
  });
});
