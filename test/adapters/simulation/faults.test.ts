import { describe, expect, test } from 'vitest';
import { createSimulation, simulate } from '../../../src/app/entries/testing.js';
import { canary, endOf, type Strategy, up } from './simulations.js';

describe('faults', () => {
  test.each([
    [['target=2'], 'rolled_back', 'web-2 refuses it'],
    [['web-2=2'], 'completed', null],
    [['web-2=9'], 'rolled_back', 'web-2 does not answer'],
    [['web-2=hang'], 'rolled_back', 'took longer than 900000 ms'],
    [['web-2=5m'], 'completed', null],
    [['web-2=lie'], 'rolled_back', 'runs previous, not next'],
    [['check:web-3'], 'rolled_back', 'a simulated fault'],
    [['check:web-3=2'], 'completed', null],
    [['check'], 'rolled_back', 'a simulated fault'],
    [['web-3', 'restore:web-1'], 'failed', 'could not restore web-1 (web-1 refuses it)'],
    [['worker=3', 'worker=6'], 'completed', null],
  ])('of %j end as %s', async (faults, ends, why) => {
    const { status, reason } = await endOf({ spec: { checks: [up] }, faults });
    expect(status).toBe(ends);
    if (why === null) expect(reason).toBeNull();
    else expect(reason).toContain(why);
  });

  test('of a router and of a flag store are waited out, or take all back', async () => {
    const strategy: Strategy = { kind: 'feature_flag', stages: [10, 100] };
    const flag = { targets: 2, strategy };
    expect(await endOf({ spec: flag, faults: ['flag=2'] })).toMatchObject({ status: 'completed' });
    expect(await endOf({ spec: flag, faults: ['flag'] })).toMatchObject({ status: 'rolled_back' });
    const coloured = { targets: 4, colours: true, strategy: { kind: 'blue_green' as const } };
    expect(await endOf({ spec: coloured, faults: ['router=1'] })).toMatchObject({
      status: 'completed',
    });
    expect((await endOf({ spec: coloured, faults: ['router'] })).status).not.toBe('completed');
  });

  test('may be told apart by a function, call by call and look by look', async () => {
    const seen: string[] = [];
    const { status, runs } = await endOf({
      spec: { checks: [up] },
      onCall: ({ target, action, attempt }) => {
        seen.push(`${action} ${target.id} ${attempt}`);
        return action === 'deploy' && target.id === 'web-2' && attempt === 1 ? 'fail' : null;
      },
      onCheck: ({ target, version }) =>
        version === 'next' && target?.id === 'web-3'
          ? { status: 'unhealthy', message: 'slow' }
          : null,
    });
    expect(status).toBe('rolled_back');
    expect([...runs.values()]).toEqual(['previous', 'previous', 'previous']);
    expect(seen).toEqual([
      ...['deploy web-1 1', 'deploy web-2 1', 'deploy web-2 2', 'deploy web-3 1'],
      ...['rollback web-3 1', 'rollback web-2 1', 'rollback web-1 1'],
    ]);
  });

  test.each(['before', 'after'] as const)(
    'of a worker who dies %s any call to its store change nothing of the end',
    async (moment) => {
      const spec = { targets: 4, strategy: canary, checks: [up] };
      const well = await simulate({ spec });
      let died = 0;
      for (let nth = 1; nth <= 40; nth++) {
        const simulation = (await createSimulation({ spec })).crashAt(nth, moment);
        const { deployment, events, active } = await simulation.deploy();
        const workers = new Set(
          events.map(({ actor }) => actor).filter((who) => who.startsWith('worker')),
        );
        if (workers.size > 1) died += 1;
        expect(deployment.state, `call ${nth}`).toEqual(well.deployment.state);
        expect(active?.version, `call ${nth}`).toBe('next');
        expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
      }
      expect(died).toBeGreaterThan(10);
    },
  );
});
