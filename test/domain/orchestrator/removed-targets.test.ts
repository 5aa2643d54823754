import { describe, expect, test } from 'vitest';
import { MemoryAuditSource } from '../../../src/adapters/memory/memory-audit.js';
import { MemoryRouter } from '../../../src/adapters/memory/memory-router.js';
import { audit } from '../../../src/domain/audit/audit.js';
import { leftTargets } from '../../../src/domain/audit/left-targets.js';
import type { RouterFailure } from '../../../src/domain/ports/traffic-router.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld, type WorldOptions } from './world.js';

const three = ['web-1', 'web-2', 'web-3'] as const;
const two: DeploymentFixture = {
  ...{ version: '2.0.0', targets: ['web-1', 'web-2'], configured: true },
  strategy: { kind: 'rolling', maxUnavailable: 1 },
};

/** Three targets with 1.0.0, and everything that is done from then on. */
async function live(options: WorldOptions & { readonly forgets?: boolean } = {}) {
  const done: string[] = [];
  let forgotten = '';
  const strange: RouterFailure = {
    code: 'router/no_such_target',
    message: 'none',
    transient: false,
  };
  const router = new MemoryRouter({
    fault: ({ method, target }) => {
      if (method === 'look') return null;
      done.push(`${method} ${target ?? ''}`.trim());
      return target === forgotten ? strange : null;
    },
  });
  const look = router.look.bind(router);
  router.look = async (call, signal) =>
    call.targets.some(({ id }) => id === forgotten)
      ? { ok: false, error: strange }
      : look(call, signal);
  const world = aWorld({ runtime: { router }, fixture: { targets: three }, ...options });
  world.driver.removes = true;
  world.driver.onApply = ({ target, version }) => {
    done.push(`apply ${target.id} ${version}`);
    return fine;
  };
  await world.live('1.0.0');
  done.length = 0;
  if (options.forgets === true) forgotten = 'web-3';
  const clean = async () => {
    const report = await audit(new MemoryAuditSource(world.state, []), { most: 5 });
    return report.findings.map(({ message }) => message);
  };
  return { ...world, router, done, clean };
}

describe('a target that left the configuration', () => {
  test('is drained and removed once the new version serves, and nothing speaks of it afterwards', async () => {
    const { live: deploy, done, index, eventsOf, clean } = await live();

    const { id, state } = await deploy('2.0.0', two);

    expect(state.status).toBe('completed');
    expect(done.filter((what) => !what.startsWith('setShares'))).toEqual([
      ...['drain web-1', 'apply web-1 2.0.0', 'ready web-1'],
      ...['drain web-2', 'apply web-2 2.0.0', 'ready web-2'],
      ...['drain web-3', 'apply web-3 null'],
    ]);
    expect(await eventsOf(id)).toContain('deployment.targets_removed');
    // Only that it was drained is kept, for when it is configured again.
    const known = await index.targetStatuses(API);
    expect(known.get(web(3))).toMatchObject({ version: [null], inRotation: [false], by: null });
    expect(leftTargets(known, null)).toEqual([]);
    expect((await index.active(API))?.version).toBe('2.0.0');
    expect(await clean()).toEqual([]);
  });

  test('is removed where the router does not know it any more, and keeps nothing waiting', async () => {
    const { live: deploy, done, index } = await live({ forgets: true });

    expect((await deploy('2.0.0', two)).state.status).toBe('completed');
    expect(done).toContain('apply web-3 null');
    expect(done).not.toContain('drain web-3');
    expect((await index.targetStatuses(API)).has(web(3))).toBe(false);
  });

  test('is not counted on: the floor is kept by those that are configured', async () => {
    const { live: deploy, done } = await live();
    const { state } = await deploy('2.0.0', {
      ...two,
      strategy: { kind: 'rolling', batchSize: 2, maxUnavailable: 1 },
    });

    expect(state.status).toBe('completed');
    expect(done.indexOf('drain web-2')).toBeGreaterThan(done.indexOf('ready web-1'));
  });

  test('stays, and is named until it is configured again, where the policy leaves it', async () => {
    const { live: deploy, done, index, clean } = await live();
    const policy = { removedTargets: 'leave' } as const;
    const named = async () => leftTargets(await index.targetStatuses(API), null);

    expect((await deploy('2.0.0', { ...two, policy })).state.status).toBe('completed');
    expect(done).not.toContain('apply web-3 null');
    expect(await named()).toEqual([
      { target: web(3), address: '127.0.0.1:8080', driver: 'fake', version: '1.0.0' },
    ]);
    expect((await index.active(API))?.version).toBe('2.0.0');
    expect(await clean()).toEqual([]);
    await deploy('3.0.0', { targets: three, configured: true });
    expect(await named()).toEqual([]);
    expect(await clean()).toEqual([]);
  });

  test('is put back where what follows fails: it was declared', async () => {
    const probe = aProbe(async ({ version }) => saw(version === '2.0.0' ? 'unhealthy' : 'healthy'));
    const { live: deploy, done, index, driver, clean } = await live({ probes: [probe] });
    const { state } = await deploy('2.0.0', {
      ...two,
      checked: true,
      strategy: { kind: 'steps', steps: [{ kind: 'deploy', targets: 'all' }] },
    });

    expect(state.status).toBe('rolled_back');
    expect(done).toEqual(expect.arrayContaining(['apply web-3 null', 'apply web-3 1.0.0']));
    expect(done.at(-1)).not.toBe('drain web-3');
    expect(driver.runs.get('web-3')).toBe('1.0.0');
    expect((await index.targetStatuses(API)).get(web(3))).toMatchObject({
      ...{ version: ['1.0.0'], inRotation: [true] },
    });
    expect((await index.active(API))?.version).toBe('1.0.0');
    expect(await clean()).toEqual([]);
  });

  test('is gone for good where nobody knows what ran there: the rest goes back', async () => {
    const { planned, finish, driver, live: deploy, order, index } = await live();
    const strategy = { kind: 'rolling', maxUnavailable: 1 } as const;
    driver.onApply = ({ target }) => (target.id === 'web-3' ? broken('half') : fine);
    const held = { onFailure: 'hold', retries: 0 } as const;
    await deploy('1.5.0', { targets: ['web-3'], policy: held, strategy });
    driver.onApply = () => fine;
    const { id } = await planned({ ...two, version: '2.0.0' });
    await finish(id);
    expect(driver.runs.get('web-3')).toBeNull();

    expect(await order(id, { type: 'rollback', reason: 'no good' })).toBeNull();
    expect((await finish(id)).state).toMatchObject({ status: 'rolled_back' });
    expect((await index.active(API))?.version).toBe('1.0.0');
  });

  test('is left to the deployment that has called it since this was planned', async () => {
    const { planned, finish, order, done, live: deploy, index } = await live();
    const { id } = await planned({ ...two, approve: false });
    await deploy('1.5.0', { targets: three, configured: true });
    await order(id, { type: 'approve', by: 'ann' });
    done.length = 0;

    const { state, targets } = await finish(id);

    expect(state.status).toBe('completed');
    expect(done).not.toContain('apply web-3 null');
    expect(targets.get(web(3))).toMatchObject({
      state: 'retire_failed',
      error: expect.stringMatching(/^left as it is: dep_\w+ has deployed to it since/),
    });
    expect((await index.targetStatuses(API)).get(web(3))).toMatchObject({ version: ['1.5.0'] });
  });

  test('that cannot be removed is left, named, and keeps the deployment from nothing', async () => {
    const { live: deploy, driver, index, clean } = await live();
    driver.onApply = ({ version }) => (version === null ? broken('it hangs') : fine);
    const { state } = await deploy('2.0.0', { ...two, policy: { retries: 0 } });

    expect(state.status).toBe('completed');
    expect(leftTargets(await index.targetStatuses(API), null)).toEqual([
      { target: web(3), address: '127.0.0.1:8080', driver: 'fake', version: null },
    ]);
    expect((await index.active(API))?.version).toBe('2.0.0');
    expect(await clean()).toEqual([]);
  });

  test('keeps a deployment waiting while the router cannot be asked about it', async () => {
    const { planned, orchestrator, router, load, finish } = await live();
    const { id } = await planned(two);
    const look = router.look.bind(router);
    let away = true;
    router.look = async (call, signal) =>
      away && call.targets[0]?.id === 'web-3'
        ? { ok: false, error: { code: 'router/unreachable', message: 'away', transient: true } }
        : look(call, signal);
    const { orchestrator: _, ...ending } = {
      orchestrator,
      ...(await orchestrator.advance('execute', id)),
    };

    expect(ending).toMatchObject({ kind: 'wait_until' });
    expect((await load(id)).progress.hold).toMatchObject({ kind: 'router' });
    away = false;
    expect((await finish(id)).state.status).toBe('completed');
  });

  test('is not asked after any more once the pass is told to stop', async () => {
    const stop = new AbortController();
    const { planned, orchestrator, router, load } = await live();
    const { id } = await planned(two);
    const look = router.look.bind(router);
    router.look = async (call, signal) => {
      if (call.targets[0]?.id === 'web-3') stop.abort();
      return look(call, signal);
    };
    await orchestrator.advance('execute', id, { draining: stop.signal, abort: stop.signal });

    expect((await load(id)).state.status).toBe('executing');
  });
});
