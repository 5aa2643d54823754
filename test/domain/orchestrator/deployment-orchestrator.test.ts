import { describe, expect, test } from 'vitest';
import { PlanStateError } from '../../../src/domain/manager/deployment-orchestrator.js';
import type { NewDeployment } from '../../../src/domain/manager/new-deployment.js';
import { aProbe, broken, saw } from '../../support/fake-services.js';
import { anId, aPlanInput, API, v } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const asked = (more: Partial<NewDeployment> = {}): NewDeployment => ({
  ...API,
  id: anId(),
  version: v('1.0.0'),
  approve: false,
  requestedBy: 'ci',
  idempotencyKey: null,
  digest: 'd',
  metadata: { commit: 'abc' },
  ...more,
});

describe('planning a deployment', () => {
  test('stores a draft, and publishes nothing', async () => {
    const { orchestrator, published, load } = aWorld();
    const request = asked();
    const answer = await orchestrator.planDeployment(request, aPlanInput());

    expect(answer).toMatchObject({ ok: true, value: { created: true } });
    expect(await load(request.id)).toMatchObject({
      state: { status: 'draft' },
      metadata: { commit: 'abc' },
      requestedBy: 'ci',
    });
    expect(published).toEqual([]);
  });

  test('approves at once where it is asked to, and publishes the job owed', async () => {
    const { orchestrator, published } = aWorld();
    const request = asked({ approve: true });
    await orchestrator.planDeployment(request, aPlanInput());

    expect(published).toEqual([{ kind: 'execute', deploymentId: request.id, run: 1 }]);
  });

  test('asked for twice is one deployment, whose job is published again', async () => {
    const { orchestrator, published } = aWorld();
    const request = asked({ approve: true });
    await orchestrator.planDeployment(request, aPlanInput());
    const again = await orchestrator.planDeployment(request, aPlanInput());

    expect(again).toMatchObject({ ok: true, value: { created: false } });
    expect(published).toHaveLength(2);
  });

  test.each([
    ['build-812', 'idempotencyKey', '"build-812" was used for another request'],
    // The very same job, whose data somebody has changed.
    [null, 'data', 'changed since it was planned as dep_'],
  ])(
    'refuses another request under the key %s, and shows what exists',
    async (idempotencyKey, path, said) => {
      const { orchestrator } = aWorld();
      const request = asked({ idempotencyKey });
      await orchestrator.planDeployment(request, aPlanInput());
      const other = { ...request, version: v('2.0.0'), digest: 'other' };
      const answer = await orchestrator.planDeployment(other, aPlanInput({ version: '2.0.0' }));

      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'plan/conflict', path },
      });
      const message = answer.ok ? '' : answer.error.message;
      expect(message).toContain(said);
      expect(message).toContain(`${request.id}, version 1.0.0`);
    },
  );

  test('refuses what could not work, and stores nothing', async () => {
    const { orchestrator, index } = aWorld();
    const answer = await orchestrator.planDeployment(asked(), aPlanInput({ targets: [] }));

    expect(answer).toMatchObject({ ok: false, error: { path: 'targets' } });
    expect((await index.history({ limit: 1 })).items).toEqual([]);
  });

  test('takes unhealthy targets first, as the service’s history knows them', async () => {
    const world = aWorld();
    world.driver.onApply = ({ target }) =>
      target.id === 'web-2' ? broken('no') : { ok: true, value: {} };
    await world.live('1.0.0', { policy: { onFailure: 'hold' } });
    const request = asked({ version: v('2.0.0') });
    await world.orchestrator.planDeployment(request, aPlanInput({ version: '2.0.0' }));

    expect((await world.load(request.id)).plan.targets.map(({ id }) => id)).toEqual([
      'web-2',
      'web-1',
    ]);
  });
});

describe('verifying a deployment', () => {
  test('says healthy where no checker was configured, and completes', async () => {
    const { orchestrator, planned, statusOf } = aWorld();
    const { id } = await planned();
    await orchestrator.executeDeployment(id);

    expect(await orchestrator.verifyDeployment(id)).toBe('healthy');
    expect(await statusOf(id)).toBe('completed');
  });

  test('says what it found, and rolls back what is not well', async () => {
    let well = true;
    const world = aWorld({ probes: [aProbe(async () => saw(well ? 'healthy' : 'unhealthy'))] });
    const { id } = await world.planned();
    await world.orchestrator.executeDeployment(id);
    well = false;

    expect(await world.orchestrator.verifyDeployment(id)).toBe('unhealthy');
    expect(await world.statusOf(id)).toBe('failed');
  });

  test('says unknown where it ended before anything was looked at', async () => {
    const world = aWorld();
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });
    await world.orchestrator.executeDeployment(id);
    world.clock.advance(10_000_000);

    expect(await world.orchestrator.verifyDeployment(id)).toBe('unknown');
  });

  test('refuses what is not being verified', async () => {
    const { orchestrator, planned } = aWorld();
    const { id } = await planned();

    await expect(orchestrator.verifyDeployment(id)).rejects.toThrow(
      `cannot verify ${id}: it is approved, expected verifying`,
    );
  });
});

describe('approving and rolling back', () => {
  test('an approval publishes the execution, and names who gave it', async () => {
    const { orchestrator, planned, published, index } = aWorld();
    const { id } = await planned({ approve: false });

    expect((await orchestrator.approveDeployment(id, 'ann')).state.status).toBe('approved');
    expect(published).toEqual([{ kind: 'execute', deploymentId: id, run: 2 }]);
    expect((await index.events(id)).at(-1)).toMatchObject({ actor: 'ann', event: { by: 'ann' } });
  });

  test('what is refused or not there throws a sentence', async () => {
    const { orchestrator, planned } = aWorld();
    const { id } = await planned();
    await orchestrator.command(id, { type: 'cancel', reason: 'no' }, 'ann');
    const none = anId();

    await expect(orchestrator.approveDeployment(id, 'ann')).rejects.toThrow(
      new PlanStateError(`cannot approve: ${id} is cancelled`),
    );
    await expect(orchestrator.rollbackDeployment(none, 'x')).rejects.toThrow(
      `no deployment ${none}`,
    );
    expect(await orchestrator.command(none, { type: 'resume' }, 'ann')).toBeNull();
  });

  test('a refused command is answered with its reason, and publishes nothing', async () => {
    const { orchestrator, planned, published } = aWorld();
    const { id } = await planned();
    const answer = await orchestrator.command(id, { type: 'resume' }, 'ann');

    expect(answer?.refusal?.message).toBe(`cannot resume: ${id} is approved`);
    expect(published).toEqual([]);
  });

  test('a rollback puts the previous version back, and says how that went', async () => {
    const world = aWorld();
    await world.live('1.0.0');
    const { id } = await world.live('2.0.0');

    expect(await world.orchestrator.rollbackDeployment(id, 'slow')).toMatchObject({
      ...{ state: 'rolled_back', success: true, errors: [] },
    });
    expect(await world.orchestrator.getDeploymentStatus()).toMatchObject({
      lastResult: { state: 'rolled_back', success: true, errors: [] },
    });
  });
});

describe('the status', () => {
  test('is the whole system in one view', async () => {
    const world = aWorld();
    expect(await world.orchestrator.getDeploymentStatus()).toMatchObject({
      activePlan: null,
      lastResult: null,
      lastHealth: null,
      deploymentsCompleted: 0,
      deploymentsFailed: 0,
    });
    await world.live('1.0.0');
    const second = await world.live('2.0.0');
    await world.orchestrator.rollbackDeployment(second.id, 'slow');
    const open = await world.planned({ version: '3.0.0' });

    expect(await world.orchestrator.getDeploymentStatus()).toMatchObject({
      activePlan: { id: open.id },
      lastResult: { state: 'rolled_back' },
      lastHealth: { status: 'healthy' },
      deploymentsCompleted: 1,
      deploymentsFailed: 1,
      counters: { completed: 1, rolled_back: 1, approved: 1, draft: 0 },
    });
  });

  test('counts failed and rolled back together, and has no health where none was looked at', async () => {
    const world = aWorld();
    world.driver.onApply = () => broken('no');
    await world.live('1.0.0');

    expect(await world.orchestrator.getDeploymentStatus()).toMatchObject({
      deploymentsFailed: 1,
      lastHealth: null,
    });
  });
});
