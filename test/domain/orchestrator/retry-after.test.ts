import { describe, expect, test } from 'vitest';
import { MemoryFlagStore } from '../../../src/adapters/memory/memory-flags.js';
import { MemoryRouter, type RouterRequest } from '../../../src/adapters/memory/memory-router.js';
import { aProbe, broken, fine, saw } from '../../support/fake-services.js';
import { API, type DeploymentFixture, web } from '../../support/fixtures.js';
import { aWorld } from './world.js';

const targets = ['web-1', 'web-2'] as const;
const refused = { message: 'not yours', transient: false } as const;
const canary = { kind: 'canary', traffic: true, stages: [50, 100] } as const;

/** What is broken, until somebody repairs it. */
interface Trouble {
  call?: boolean;
  check?: boolean;
  router?: RouterRequest['method'];
  flag?: boolean;
}

/** Version 1.0.0 is live; 2.0.0 fails at what is broken, and is left as it is. */
async function failedBy(trouble: Trouble, fixture: DeploymentFixture) {
  const now: { trouble: Trouble } = { trouble: {} };
  const router = new MemoryRouter({
    fault: ({ method }) =>
      method === now.trouble.router ? { code: 'router/rejected', ...refused } : null,
  });
  const flags = new MemoryFlagStore();
  const set = flags.set.bind(flags);
  flags.set = async (...given) =>
    now.trouble.flag ? { ok: false, error: { code: 'flag/rejected', ...refused } } : set(...given);
  const probe = aProbe(async ({ target, version }) =>
    saw(
      now.trouble.check && target?.id === web(1) && version === '2.0.0' ? 'unhealthy' : 'healthy',
    ),
  );
  const world = aWorld({
    runtime: { router, flags },
    probes: trouble.check ? [probe] : [],
    fixture: { targets, policy: { onFailure: 'hold', retries: 0 } },
  });
  world.driver.onApply = ({ target }) =>
    now.trouble.call && target.id === 'web-2' ? broken('no disk') : fine;
  await world.live('1.0.0');
  now.trouble = trouble;
  const { id } = await world.planned({ version: '2.0.0', ...fixture });
  const failed = await world.finish(id);
  now.trouble = {};
  return { ...world, router, id, failed };
}

const cases: readonly (readonly [string, Trouble, DeploymentFixture, string])[] = [
  ['a call that failed', { call: true }, {}, 'web-2: no disk'],
  ['a check that failed', { check: true }, {}, 'web-1: unhealthy'],
  ['a drain that was refused', { router: 'drain' }, {}, 'web-1: not yours'],
  ['an admission that was refused', { router: 'ready' }, {}, 'not yours'],
  ['a shift that was refused', { router: 'setShares' }, { strategy: canary }, 'not yours'],
  [
    'a flag that was refused',
    { flag: true },
    { strategy: { kind: 'feature_flag', stages: [100] } },
    'not yours',
  ],
];

describe('a retry after', () => {
  test.each(cases)('%s goes on to the end', async (_, trouble, fixture, said) => {
    const { id, failed, router, ...world } = await failedBy(trouble, fixture);
    expect(failed.state).toMatchObject({
      ...{ status: 'failed', reason: expect.stringContaining(said) },
    });

    expect(await world.order(id, { type: 'retry', by: 'ann' })).toBeNull();
    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect([...world.driver.runs.values()]).toEqual(['2.0.0', '2.0.0']);
    expect(router.drained(API).size).toBe(0);
    expect(await world.index.active(API)).toMatchObject({ version: '2.0.0', deploymentId: id });
    for (const status of (await world.index.targetStatuses(API)).values()) {
      expect(status).toMatchObject({ version: ['2.0.0'], inRotation: [true], bad: null });
    }
  });

  test.each([
    [
      'by steps that check what they deployed',
      [{ kind: 'deploy', targets: 'all' }, { kind: 'check' }],
    ],
    ['by steps that check nothing', [{ kind: 'deploy', targets: 'all' }]],
  ] as const)(
    'a verification that found a target bad calls that one again: %s',
    async (_, steps) => {
      let sick = false;
      const probe = aProbe(async ({ target }) =>
        saw(sick && target?.id === web(2) ? 'unhealthy' : 'healthy'),
      );
      const policy = { onFailure: 'hold', retries: 0 } as const;
      const router = new MemoryRouter();
      const world = aWorld({ runtime: { router }, probes: [probe], fixture: { targets, policy } });
      await world.live('1.0.0');
      const strategy = { kind: 'steps', partial: true, steps } as const;
      const { id } = await world.planned({ version: '2.0.0', strategy });
      await world.orchestrator.advance('execute', id);
      sick = true;
      expect((await world.finish(id)).state.status).toBe('failed');
      sick = false;
      world.driver.calls.length = 0;

      expect(await world.order(id, { type: 'retry', by: 'ann' })).toBeNull();

      expect((await world.finish(id)).state.status).toBe('completed');
      expect(world.driver.calls.map(({ target }) => target.id)).toEqual(['web-2']);
      expect(router.drained(API).size).toBe(0);
    },
  );

  test('a drain that was refused: nothing was called, and the active version is known all the time', async () => {
    const { id, failed, ...world } = await failedBy({ router: 'drain' }, {});

    expect(failed.targets.get(web(1))).toMatchObject({ state: 'failed', error: 'not yours' });
    expect(await world.index.active(API)).toMatchObject({ version: '1.0.0' });
    expect((await world.index.targetStatuses(API)).get(web(1))).toMatchObject({
      ...{ version: ['1.0.0'], call: null },
    });
    expect(id).toBe(failed.id);
  });
});
