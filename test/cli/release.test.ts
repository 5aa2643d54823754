import { beforeEach, describe, expect, it, vi } from 'vitest';
import { turned } from '../../src/domain/promotion/promotion.js';
import { aPromotion } from '../domain/promotion/promotions.js';
import { deployed, led, refused, waiting } from '../domain/release/releases.js';
import { ReleaseCliWorld } from './release-world.js';

let world: ReleaseCliWorld;
beforeEach(() => {
  world = new ReleaseCliWorld();
});

const start = (...argv: readonly string[]) => world.run('release', 'start', ...argv);
const ID = 'rel_0000000001';
const DONE = deployed('completed');

describe('release start', () => {
  it('begins the services one after the other, as they are named', async () => {
    const { code, out } = await start('db=1.0', 'api=2.0', 'web=3.0');

    expect(code).toBe(0);
    expect(out).toBe(`${ID} production running\n`);
    const { items } = await world.releases.list({ limit: 1 });
    expect(
      items[0]?.members.map(({ service, version, after }) => [service, version, after]),
    ).toEqual([
      ['db', '1.0', []],
      ['api', '2.0', ['db']],
      ['web', '3.0', ['api']],
    ]);
  });

  it('goes back to versions that were stable with --rollback', async () => {
    const { out } = await start('api=1.4.0', 'web=2.3.0', '--rollback', '--json');
    expect(JSON.parse(out)).toMatchObject({ rollback: true, onFailure: 'hold' });
  });

  it('takes any other order, and everything else, from flags', async () => {
    const argv =
      'db=1 api=2 web=3 -e staging --after web=db,api --hold --name march --by ci --idempotency-key k --metadata a=b=c --json';
    const { out } = await start(...argv.split(' '));

    expect(JSON.parse(out)).toMatchObject({
      name: 'march',
      environment: 'staging',
      state: 'running',
      onFailure: 'hold',
      requestedBy: 'ci',
      metadata: { a: 'b=c' },
      services: [
        { service: 'db', after: [] },
        { service: 'api', after: [] },
        { service: 'web', after: ['db', 'api'] },
      ],
    });
  });

  it('lets none wait for another with --parallel', async () => {
    const { out } = await start('db=1', 'api=2', '--parallel', '--json');

    expect(JSON.parse(out).services[1].after).toEqual([]);
  });

  it('says that it was asked for before', async () => {
    await start('db=1', '--idempotency-key', 'k');
    const { err, out } = await start('db=1', '--idempotency-key', 'k');

    expect(err).toBe('this release was asked for before\n');
    expect(out).toContain('running');
  });

  it('refuses an order that there is not, naming the field', async () => {
    await expect(start('db=1', '--after', 'web=db')).rejects.toThrow(
      'after: web is not in this release',
    );
    await expect(start('db=1', '--after', 'db=web')).rejects.toThrow('services.0.after.0');
    await expect(start('db')).rejects.toThrow('expected key=value');
  });
});

describe('release start --wait', () => {
  it('tells what happens, and leaves with 0 when it is completed', async () => {
    const waited = start('db=1', 'api=2', '--wait');
    await vi.waitFor(() => world.become((release) => led(release, {}, { db: DONE })));
    await vi.waitFor(() => world.become((release) => led(release, { db: DONE, api: DONE })));
    const { code, out } = await waited;

    expect(code).toBe(0);
    expect(out).toContain('api 2 completed\n');
    expect(out.trimEnd().split('\n').at(-1)).toBe(`${ID} production completed`);
  });

  it('leaves with 1 and the reason when it failed', async () => {
    const waited = start('db=1', '--wait', '--json');
    await vi.waitFor(() =>
      world.become((release) => led(release, {}, { db: waiting(refused('no targets')) })),
    );
    const { code, out } = await waited;

    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ state: 'failed', reason: 'db: no targets' });
  });

  it('leaves with 3 when it was cancelled', async () => {
    const waited = start('db=1', '--wait');
    await vi.waitFor(() => world.run('release', 'cancel', ID, '--reason', 'not today'));
    await world.become((release) => led(release, {}));

    expect(await waited).toMatchObject({ code: 3 });
  });

  it('leaves with 4 when the time is up, and 130 when interrupted', async () => {
    const late = await start('db=1', '--wait', '--timeout', '1ms', '--json');
    expect(late).toMatchObject({ code: 4, err: expect.stringContaining('the time is up') });
    world.interrupt.abort();

    expect(await world.run('release', 'show', ID, '--wait')).toMatchObject({
      code: 130,
      err: `interrupted: ${ID} is running and goes on by itself\n`,
    });
  });
});

describe('the other commands of a release', () => {
  it('show it as a table on a terminal, and list the newest', async () => {
    expect((await world.run('release', 'list')).out).toBe('no release yet\n');
    await start('db=1', 'api=2', '--name', 'march');
    await world.become((release) => led(release, {}));
    world.terminal = { isTTY: true, columns: 100 };
    const { out } = await world.run('release', 'show', ID);

    expect(out).toContain(`${ID} production march running`);
    expect(out).toMatch(/service +version +after +state +deployment/);
    expect(out).toMatch(/db +1 +running +dep_/);
    expect((await world.run('release', 'list')).out).toMatch(
      /rel_0+1 +production +running +db, api/,
    );
    const { out: json } = await world.run('release', 'list', '--json');
    expect(JSON.parse(json)).toMatchObject([{ id: ID }]);
  });

  it('cancel it in the name of the person', async () => {
    await start('db=1');
    const { out } = await world.run('release', 'cancel', ID);

    expect(out).toBe(`${ID} production running: cancelled by ada: no reason given\n`);
  });

  it('retry it, or say why not', async () => {
    await start('db=1');
    await expect(world.run('release', 'retry', ID)).rejects.toThrow('it is running');
    await world.become((release) => led(release, {}, { db: deployed('failed') }));

    expect((await world.run('release', 'retry', ID)).out).toBe(`${ID} production running\n`);
    await world.become((release) => led(release, {}, { db: deployed('failed') }));
    const again = [
      'release',
      'retry',
      ID,
      '--by',
      'grace',
      '--reason',
      'repaired',
      '--json',
    ] as const;
    expect(JSON.parse((await world.run(...again)).out)).toMatchObject({
      retries: [
        { by: 'ada', reason: null },
        { by: 'grace', reason: 'repaired' },
      ],
    });
  });

  it('say what is wrong with an id', async () => {
    await expect(world.run('release', 'show', ID)).rejects.toThrow(`id: no release ${ID}`);
    await expect(world.run('release', 'show', 'x')).rejects.toThrow('id: expected a release id');
    world.without = true;
    await expect(world.run('release', 'list')).rejects.toThrow('release: not available here');
  });
});

describe('promotion', () => {
  it('lists what something may still become of, with what it waits for', async () => {
    expect((await world.run('promotion', 'list')).out).toBe('no promotion is open\n');
    const reason = 'it waits for a person, as configured';
    const ready = await world.stored(turned(aPromotion(), { status: 'ready', reason }));
    await world.stored(aPromotion({ soakUntil: Date.now() + 5_400_000 }));
    await world.stored(turned(aPromotion(), { status: 'promoted' }));
    const { out } = await world.run('promotion', 'list');

    expect(out).toMatch(new RegExp(`${ready.id} +api +2.0.0 +staging +ready +${reason}`));
    expect(out).toMatch(/soaking +1h \d+m to go/);
    expect(out.trimEnd().split('\n')).toHaveLength(3);
    const { out: json } = await world.run('promotion', 'list', '--all', '--json');
    expect(JSON.parse(json)).toHaveLength(3);
  });

  it('approve lets one go on', async () => {
    const { id } = await world.stored(aPromotion({ auto: false }));

    expect((await world.run('promotion', 'approve', id)).out).toBe(
      `${id} goes on to production, let go by ada\n`,
    );
    const { out } = await world.run('promotion', 'approve', id, '--json');
    expect(JSON.parse(out)).toMatchObject({ approvedBy: 'ada', state: 'soaking' });
    await expect(world.run('promotion', 'approve', 'x')).rejects.toThrow('id: expected');
  });
});
