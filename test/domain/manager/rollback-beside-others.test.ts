import { describe, expect, test } from 'vitest';
import { requestDigest } from '../../../src/contracts/values/deployment-id.js';
import { fine } from '../../support/fake-services.js';
import { anId, API } from '../../support/fixtures.js';
import { aWorld } from '../orchestrator/world.js';
import { asked, statesOf, threeVersions } from './three-versions.js';

describe('while another deployment is under way, a rollback to a named version', () => {
  test('is refused with what to do about it; without a version that one is taken back', async () => {
    const world = await threeVersions();
    const { id } = await world.planned({ version: '4.0.0' });
    const refused: unknown[] = [];
    world.driver.onApply = async ({ version }) => {
      if (version !== '4.0.0' || refused.length > 0) return fine;
      refused.push(await world.manager.planRollback(asked('1.0.0')));
      refused.push(await world.manager.planRollback(asked(null)));
      return fine;
    };

    await world.orchestrator.advance('execute', id);

    expect(refused).toEqual([
      {
        ...{ kind: 'refused', path: 'service' },
        message: `cannot roll back production/api to 1.0.0 while 4.0.0 (${id}) is executing: wait for its end, or abort it first (signalbox abort ${id})`,
      },
      { kind: 'plain', deploymentId: id },
    ]);
  });

  test('is not hindered by one that has not begun, and stands before it in line', async () => {
    const world = await threeVersions();
    const waiting = await world.planned({ version: '4.0.0' });

    const answer = await world.manager.planRollback(asked('1.0.0'));

    const id = answer.kind === 'planned' ? answer.deployment.id : null;
    expect((await world.index.slot(API)).waiting).toEqual([id, waiting.id]);
    expect(await world.orchestrator.advance('execute', waiting.id)).toMatchObject({
      kind: 'in_line',
      behind: id,
    });
  });

  test('is not sent away by what supersedes those that wait', async () => {
    const world = await threeVersions();
    const running = await world.planned({ version: '4.0.0' });
    await world.store.claim(running.id, { kind: 'execute', worker: 'w9', leaseMs: 60_000 });
    const answer = await world.manager.planRollback(asked('1.0.0'));
    const newer = await world.planned({
      version: '5.0.0',
      policy: { onConflict: 'supersede_waiting' },
    });

    await world.orchestrator.advance('execute', newer.id);

    const id = answer.kind === 'planned' ? answer.deployment.id : anId();
    expect(await world.statusOf(id)).toBe('approved');
  });

  test('ends with nothing to do where another went there first', async () => {
    const world = await threeVersions();
    const answers = [
      await world.manager.planRollback(asked('1.0.0')),
      await world.manager.planRollback(asked('1.0.0')),
    ];
    const [second, first] = answers.map((answer) =>
      answer.kind === 'planned' ? answer.deployment.id : anId(),
    );

    expect((await world.finish(first ?? anId())).state.status).toBe('completed');
    expect((await world.finish(second ?? anId())).state).toEqual({
      ...{ status: 'cancelled', reason: 'nothing to do: 1.0.0 is active by now' },
    });
    expect(await statesOf(world)).toContain('3.0.0 rolled_back');
  });
});

describe('a rollback to a named version, as every rollback,', () => {
  test('asks for no approval, and waits for no window, no start-by and no freeze', async () => {
    const policy = { approval: 'required', startBy: 1, heldOut: 'refuse', onConflict: 'reject' };
    const world = aWorld({ fixture: { policy: policy as never } });
    await world.live('1.0.0', { policy: {} });
    await world.live('2.0.0', { policy: {} });
    const scope = { environment: null, service: null, labels: {} };
    const freeze = { id: 'frz_1', scope, reason: 'stocktaking', by: 'ann', from: 0, until: null };
    world.state.freezes.set(freeze.id, freeze);

    const answer = await world.manager.planRollback(asked('1.0.0'));

    const deployment = answer.kind === 'planned' ? answer.deployment : null;
    expect(deployment?.state.status).toBe('approved');
    expect(deployment?.plan.policy).toMatchObject({
      ...{ approval: 'none', startBy: null, heldOut: 'leave', onConflict: 'queue' },
    });
    expect(deployment?.progress.override).toEqual({
      by: 'ann',
      reason: 'a rollback waits for no window and no freeze: slow',
    });
    expect((await world.finish(deployment?.id ?? anId())).state.status).toBe('completed');
    const other = await world.planned({ version: '3.0.0', policy: {} });
    await world.orchestrator.advance('execute', other.id);
    expect((await world.load(other.id)).progress.hold?.kind).toBe('freeze');
  });

  test('is one, however often the same is asked for; another under its name is refused', async () => {
    const world = await threeVersions();
    const request = { ...asked('1.0.0'), digest: requestDigest({ to: '1.0.0' }) };
    const first = await world.manager.planRollback(request);
    const id = first.kind === 'planned' ? first.deployment.id : anId();

    expect(await world.manager.planRollback(request)).toMatchObject({
      ...{ kind: 'planned', deployment: { id } },
    });
    await world.finish(id);
    expect(await world.manager.planRollback(request)).toMatchObject({
      ...{ kind: 'planned', deployment: { id, state: { status: 'completed' } } },
    });
    expect(await world.manager.planRollback({ ...request, digest: 'another' })).toMatchObject({
      kind: 'refused',
      path: 'idempotencyKey',
    });
    expect((await world.manager.history()).items).toHaveLength(4);
  });
});
