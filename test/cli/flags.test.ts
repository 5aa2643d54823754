import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { FlagKeeper, KeptFlag } from '../../src/domain/ports/flag-store.js';
import { environmentName, serviceName } from '../../src/domain/model/ids.js';
import { err, ok } from '../../src/domain/model/result.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let flags: KeptFlag[];
let given: unknown[];

const aFlag = (flag: string, more: Partial<KeptFlag> = {}): KeptFlag => ({
  ...{ flag, percent: 10, version: '1.0.0', deploymentId: 'dep_0123456789' },
  ...{ service: serviceName('api'), environment: environmentName('production') },
  ...{ since: Date.now() - 120_000, mark: 'm' },
  ...more,
});

const keeper = (place: string, more: Partial<FlagKeeper> = {}): FlagKeeper => ({
  place,
  list: async () => ok(flags),
  give: async ({ flag }, to) => {
    given.push([place, flag, to]);
    return ok(true);
  },
  ...more,
});

beforeEach(async () => {
  world = new CliWorld();
  flags = [];
  given = [];
  world.flagKeepers = [keeper('Redis')];
  await world.run(['deploy', 'api', '1.0.0', '--wait']);
});

describe('flags', () => {
  it('says that there are none', async () => {
    expect(await world.run(['flags'])).toEqual({
      ...{ code: 0, out: 'no deployment has left a flag here\n', err: '' },
    });
  });

  it('lists whose they are, how many users have them, since when, and which are left over', async () => {
    flags = [aFlag('new'), aFlag('old', { version: '0.9.0', percent: 100, since: null })];
    const { out } = await world.run(['flags']);

    expect(out).toMatch(/^flag +service +version +users +since +standing\n/);
    expect(out).toMatch(/\nnew +production\/api +1\.0\.0 +10% +2m ago +live\n/);
    expect(out).toMatch(/\nold +production\/api +0\.9\.0 +100% +unknown +left over\n/);
  });

  it('lists those of one service, for programs too', async () => {
    flags = [aFlag('new'), aFlag('other', { service: serviceName('web') })];
    const { out } = await world.run(['flags', 'web', '--json']);

    expect(JSON.parse(out)).toEqual([
      {
        ...{ flag: 'other', percent: 10, version: '1.0.0', deploymentId: 'dep_0123456789' },
        ...{ service: 'web', environment: 'production', since: expect.stringContaining('T') },
        ...{ standing: 'left over', place: 'Redis' },
      },
    ]);
  });

  it('removes one that is left over', async () => {
    flags = [aFlag('old', { version: '0.9.0' })];

    expect(await world.run(['flags', '--remove', 'old'])).toMatchObject({
      ...{ code: 0, out: 'flag old is removed\n' },
    });
    expect(given).toEqual([['Redis', 'old', null]]);
  });

  it('removes one that is live only where that is said', async () => {
    flags = [aFlag('new')];

    expect(await world.run(['flags', '--remove', 'new'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('10% of the users would lose it'),
    });
    expect(given).toEqual([]);
    expect((await world.run(['flags', '--remove', 'new', '--force'])).code).toBe(0);
  });

  it('hands one over to a service that was renamed', async () => {
    flags = [aFlag('new')];
    const asked = ['flags', '--hand-over', 'new', '--to', 'web'];

    expect((await world.run(asked)).out).toBe('flag new belongs to production/web now\n');
    expect(JSON.parse((await world.run([...asked, '--json'])).out)).toEqual({
      ...{ flag: 'new', from: 'production/api', to: 'production/web' },
    });
    const once = ['Redis', 'new', 'web'];
    expect(given).toEqual([once, once]);
  });

  it('leaves one alone that a deployment is setting', async () => {
    flags = [aFlag('new', { version: '2.0.0' })];
    const steps = [
      { kind: 'deploy', targets: 'all' },
      { kind: 'gate', name: 'go' },
    ];
    const strategy = JSON.stringify({ kind: 'steps', steps });
    await world.run(['deploy', 'api', '2.0.0', '--strategy-json', strategy]);
    await vi.waitFor(async () => {
      expect((await world.run(['status'])).out).toContain('executing');
    });
    for (const row of world.state.deployments.values()) {
      const { progress } = row.deployment;
      const set = { before: null, now: 10, settled: true };
      row.deployment = { ...row.deployment, progress: { ...progress, flags: { new: set } } };
    }

    expect((await world.run(['flags'])).out).toContain('being set');
    expect(await world.run(['flags', '--remove', 'new', '--force'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('is being set by a deployment of production/api'),
    });
  });

  it.each([
    [['--remove', 'none'], 'no flag of ours is named none'],
    [['--remove', 'a', '--hand-over', 'a'], 'expected one of them'],
    [['--hand-over', 'a'], 'expected both, or none'],
    [['--to', 'web'], 'expected both, or none'],
  ])('refuses %j, and says what is wrong', async (asked, said) => {
    expect(await world.run(['flags', ...asked])).toMatchObject({
      ...{ code: 2, err: expect.stringContaining(said) },
    });
  });

  it('asks which is meant of two with one name', async () => {
    flags = [aFlag('a')];
    world.flagKeepers = [keeper('Redis'), keeper('/etc/flags.json')];

    expect(await world.run(['flags', '--remove', 'a', '--force'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('production/api (Redis) and production/api (/etc/flags.json)'),
    });
    expect(given).toEqual([]);
  });

  it('says that one was changed meanwhile, and why a store does not answer', async () => {
    flags = [aFlag('old', { version: '0.9.0' })];
    const failure = { code: 'flag/unreachable', message: 'no answer', transient: true } as const;
    const asked = ['flags', '--remove', 'old'];
    world.flagKeepers = [keeper('Redis', { give: async () => ok(false) })];
    expect((await world.run(asked)).err).toContain('changed meanwhile');
    world.flagKeepers = [keeper('Redis', { give: async () => err(failure) })];
    expect(await world.run(asked)).toMatchObject({
      ...{ code: 1, err: expect.stringContaining('no answer') },
    });
    world.flagKeepers = [keeper('Redis', { list: async () => err(failure) })];
    expect((await world.run(['flags'])).err).toContain('no answer');
  });
});
