import { describe, expect, test, vi } from 'vitest';
import { createLibrary } from '../../../src/app/library/create-library.js';
import type { LibraryOptions } from '../../../src/app/library/library-options.js';
import { DeploymentManager } from '../../../src/app/library/manager.js';
import { DeploymentOrchestrator } from '../../../src/app/library/orchestrator.js';
import { PlanRefused, type PlanRequest } from '../../../src/app/library/planned-deployment.js';
import { PlanStateError } from '../../../src/domain/manager/deployment-orchestrator.js';

const site = (options: Partial<LibraryOptions> = {}) =>
  createLibrary({ driver: () => {}, targets: { api: ['web-1', 'web-2'] }, ...options });

describe('planning', () => {
  test('takes plain words, and says what will be done', async () => {
    const { orchestrator } = site();
    const plan = await orchestrator.planDeployment({
      ...{ service: 'shop', environment: 'staging', version: '1.0.0', requestedBy: 'ann' },
      targets: ['a', { id: 'b', address: '10.0.0.1:80' }],
      strategy: { kind: 'canary', stages: [50, 100], wait: '1s' },
      metadata: { commit: 'abc' },
    });
    expect(plan).toMatchObject({
      ...{ service: 'shop', environment: 'staging', version: '1.0.0', state: 'draft' },
      targets: [{ id: 'a' }, { id: 'b', address: '10.0.0.1:80' }],
      strategy: { kind: 'canary', wait: 1_000 },
      steps: [{ kind: 'deploy' }, { kind: 'wait', ms: 1_000 }, { kind: 'deploy' }],
      metadata: { commit: 'abc' },
    });
    expect(plan.createdAt).toBeGreaterThan(Date.now() - 60_000);
  });

  test('needs no service where there is one, and none at all where it brings its targets', async () => {
    const only = site({ targets: { api: ['a'], 'staging/api': ['b'] } }).orchestrator;
    expect(await only.planDeployment({ version: '1' })).toMatchObject({ service: 'api' });
    const none = site({ targets: {} }).orchestrator;
    expect(await none.planDeployment({ version: '1', targets: ['a'] })).toMatchObject({
      service: 'default',
    });
  });

  test('knows the colours of targets that the plan brings along', async () => {
    const { orchestrator } = site({ switchFn: () => true, strategy: { kind: 'blue_green' } });
    const plan = await orchestrator.planDeployment({
      ...{ version: '1', targets: { blue: ['b'], green: ['g'] } },
    });
    expect(plan.steps.map(({ kind }) => kind)).toEqual(['deploy', 'shift']);
  });

  test.each<[PlanRequest, string]>([
    [{ version: '' }, '`version`'],
    [{ version: '1', service: 'A B' }, 'not a service name'],
    [{ version: '1', environment: '-' }, 'not an environment name'],
    [{ version: '1', targets: ['a b'] }, '`targets.0.id`'],
    [{ version: '1', strategy: { kind: 'canary', wait: 'long' } }, '`strategy.wait`'],
  ])('refuses %j, naming what is no good', async (request, said) => {
    const refused = site().orchestrator.planDeployment(request);
    await expect(refused).rejects.toThrow(TypeError);
    await expect(refused).rejects.toThrow(said);
  });

  test.each<[PlanRequest, string]>([
    [{ version: '1', strategy: { kind: 'blue_green' } }, 'targets'],
    [{ version: '1', service: 'shop' }, 'targets'],
    [{ version: '1', strategy: { kind: 'canary', stages: [50] } }, 'strategy.stages'],
  ])('refuses %j, which could not work, with the field at fault', async (request, path) => {
    const refused = site().orchestrator.planDeployment(request);
    await expect(refused).rejects.toThrow(PlanRefused);
    await expect(refused).rejects.toMatchObject({ path });
  });
});

describe('a plan', () => {
  test.each(['itself', 'its id'])('is executed and verified by %s', async (by) => {
    const { orchestrator } = site();
    const plan = await orchestrator.planDeployment({ version: '1.0.0' });
    const named = by === 'itself' ? plan : plan.id;
    expect(await orchestrator.executeDeployment(named)).toMatchObject({
      ...{ success: true, state: 'verifying', targetsUpdated: 2, errors: [] },
      durationMs: expect.any(Number),
    });
    expect(plan.state).toBe('verifying');
    expect(await orchestrator.verifyDeployment(named)).toBe('healthy');
    expect(plan.state).toBe('completed');
    expect(await orchestrator.getDeploymentStatus(named)).toMatchObject({
      ...{ activePlan: null, lastResult: { success: true }, deploymentsCompleted: 1 },
    });
    expect((await orchestrator.getDeploymentEvents(named)).at(-1)).toMatchObject({
      ...{ type: 'deployment.completed', state: 'completed' },
    });
  });

  test('is the active one until it has ended, in the view of everything', async () => {
    const { orchestrator } = site();
    const plan = await orchestrator.planDeployment({ version: '1.0.0' });
    expect(await orchestrator.getDeploymentStatus()).toMatchObject({
      ...{ activePlan: { id: plan.id, state: 'draft' }, lastResult: null },
    });
    await orchestrator.executeDeployment(plan);
    await orchestrator.verifyDeployment(plan);
    expect(await orchestrator.getDeploymentStatus()).toMatchObject({
      ...{ activePlan: null, lastResult: { success: true }, lastHealth: { status: 'healthy' } },
    });
  });

  test('is not executed twice, nor verified before, and an unknown one is said to be so', async () => {
    const { orchestrator } = site();
    const plan = await orchestrator.planDeployment({ version: '1.0.0' });
    await expect(orchestrator.verifyDeployment(plan)).rejects.toThrow(PlanStateError);
    await orchestrator.executeDeployment(plan);
    await expect(orchestrator.executeDeployment(plan)).rejects.toThrow(
      'expected draft or approved',
    );
    for (const ask of [
      () => orchestrator.executeDeployment('dep_0123456789'),
      () => orchestrator.getDeploymentEvents('dep_0123456789'),
      () => orchestrator.abortDeployment('dep_0123456789', 'no'),
    ]) {
      await expect(ask()).rejects.toThrow('no deployment dep_0123456789');
    }
    await expect(orchestrator.executeDeployment('build-1')).rejects.toThrow('not a deployment id');
  });

  test('waits for approval where the policy wants it', async () => {
    const { orchestrator } = site({ policy: { approval: 'required' } });
    const plan = await orchestrator.planDeployment({ version: '1.0.0' });
    await expect(orchestrator.executeDeployment(plan)).rejects.toThrow('requires approval');
    await orchestrator.approveDeployment(plan, 'ann');
    expect(await orchestrator.executeDeployment(plan)).toMatchObject({ success: true });
  });

  test('goes past a gate when somebody promotes it, and back when it is aborted', async () => {
    const library = site({
      strategy: { kind: 'canary', stages: [{ targets: 50, gate: { name: 'look' } }, 100] },
    });
    const { orchestrator } = library;
    const atGate = async (version: string) => {
      const plan = await orchestrator.planDeployment({ version });
      const ended = orchestrator.executeDeployment(plan);
      await vi.waitFor(async () => {
        const events = await orchestrator.getDeploymentEvents(plan);
        expect(events.at(-1)?.type).toBe('deployment.gate_reached');
      });
      return { plan, ended };
    };
    const first = await atGate('1.0.0');
    await orchestrator.promoteDeployment(first.plan, 'ann');
    expect(await first.ended).toMatchObject({ success: true });
    await orchestrator.verifyDeployment(first.plan);
    const second = await atGate('2.0.0');
    await orchestrator.abortDeployment(second.plan, 'too slow');
    expect(await second.ended).toMatchObject({
      ...{ success: false, state: 'rolled_back', metadata: { stoppedAtStage: 50 } },
    });
    await expect(orchestrator.promoteDeployment(second.plan, 'ann')).rejects.toThrow(
      PlanStateError,
    );
  });

  test('that was completed is rolled back: a success without errors', async () => {
    const { orchestrator, manager } = site();
    await manager.deploy('api', '1.0.0');
    const plan = await orchestrator.planDeployment({ version: '2.0.0' });
    await orchestrator.executeDeployment(plan);
    await orchestrator.verifyDeployment(plan);
    expect(await orchestrator.rollbackDeployment(plan)).toMatchObject({
      ...{ success: true, state: 'rolled_back', targetsUpdated: 2, errors: [] },
    });
    expect(await manager.getActive('api')).toMatchObject({ version: '1.0.0' });
  });
});

describe('the manager', () => {
  test('records a strategy that is no good as a failure, naming the field', async () => {
    const { manager } = site();
    expect(await manager.deploy('api', '1.0.0', { kind: 'rolling', batchSize: -1 })).toMatchObject({
      ...{ success: false, state: 'failed' },
      errors: [expect.stringMatching(/^strategy\.batchSize: /)],
    });
    expect((await manager.history()).items).toHaveLength(1);
    expect(await manager.getActive('api')).toBeNull();
  });

  test('says at which stage a canary stopped', async () => {
    const { manager } = site({
      driver: (target, version) => target.id !== 'web-2' || version !== '2.0.0',
    });
    await manager.deploy('api', '1.0.0');
    expect(
      await manager.deploy('api', '2.0.0', { kind: 'canary', stages: [50, 100] }),
    ).toMatchObject({ state: 'rolled_back', metadata: { stoppedAtStage: 100 } });
  });

  test('tells history page by page, of one service or all, in plain words', async () => {
    const { manager } = site({ targets: { api: ['a'], web: ['b'] } });
    for (const version of ['1', '2', '3']) await manager.deploy('api', version);
    await manager.deploy('web', '1');
    const page = await manager.history({ service: 'api', limit: 2 });
    expect(page.items.map(({ version }) => version)).toEqual(['3', '2']);
    const rest = await manager.history({ service: 'api', after: page.next ?? '' });
    expect(rest.items.map(({ version }) => version)).toEqual(['1']);
    expect((await manager.history()).items).toHaveLength(4);
    expect(await manager.summary()).toMatchObject({ total: 4, activeServices: 2 });
    expect((await manager.activeDeployments()).map(({ service }) => service)).toEqual([
      ...['api', 'web'],
    ]);
    expect((await manager.versions('api')).map(({ version }) => version)).toEqual(['3', '2', '1']);
  });

  test('stands alone, or over an orchestrator whose deployments it shares', async () => {
    const options: LibraryOptions = { driver: () => {}, targets: { api: ['web-1'] } };
    const alone = new DeploymentManager(options);
    expect(await alone.deploy('api', '1.0.0')).toMatchObject({ success: true });
    const orchestrator = new DeploymentOrchestrator(options);
    const over = new DeploymentManager(orchestrator);
    const plan = await orchestrator.planDeployment({ version: '1.0.0' });
    expect((await over.history()).items.map(({ id }) => id)).toEqual([plan.id]);
  });
});
