import { beforeEach, describe, expect, it } from 'vitest';
import { MemoryPromotionStore } from '../../src/adapters/memory/memory-promotions.js';
import { MemoryReleaseStore } from '../../src/adapters/memory/memory-releases.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { KNOWS_ALL } from '../../src/domain/fleet/knowledge.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { ReleaseProducer } from '../../src/producers/release-producer.js';
import { aWorkerSign, knowing, knownService } from '../support/worker-signs.js';
import { CliWorld } from './cli-world.js';

const NAMED = { environments: { production: 'of-api', staging: 'of-staging' }, elsewhere: null };
const API = knownService('api', NAMED);
const WEB = knownService('web', { environments: { production: 'of-web' }, elsewhere: null });

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
  world.workers = [aWorkerSign({ knowledge: knowing(API, WEB), alive: false })];
});

const APII = 'error: service: nothing is called apii (did you mean `api`?): there are api, web\n';
const PRODUTION =
  'error: environment: api has no environment prodution (did you mean `production`?): configured are production, staging\n';

describe('an order for a name that nothing is called', () => {
  it.each([
    ['rollback apii', APII],
    ['rollback apii --wait', APII],
    ['rollback apii --to 1.0.0', APII],
    ['rollback api -e prodution', PRODUTION],
    ['rollback api -e prodution --wait --json', PRODUTION],
    ['rollback api -e prodution --strategy rolling', PRODUTION],
    ['release-automation apii', APII],
    ['release-automation api -e prodution', PRODUTION],
  ])('leaves with 2 and names the field: %s', async (command, message) => {
    const { code, out, err } = await world.run(command.split(' '));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
    expect(world.worker.published).toEqual([]);
  });

  it('is carried out where it is configured, and nothing was deployed yet', async () => {
    expect(await world.run(['rollback', 'api', '-e', 'staging', '--wait'])).toMatchObject({
      ...{ code: 0, out: 'nothing is active: there is nothing to roll back\n' },
    });
  });

  it('goes by what was deployed where workers take any service', async () => {
    world.workers = [aWorkerSign({ knowledge: KNOWS_ALL })];
    expect((await world.run(['rollback', 'apii'])).code).toBe(0);
    await world.deployed('1.0.0');
    expect(await world.run(['rollback', 'apii'])).toMatchObject({
      code: 2,
      err: 'error: service: nothing is called apii (did you mean `api`?): there is api\n',
    });
  });

  it('where no worker was ever seen, is refused for what looks like a slip alone', async () => {
    world.workers = [];
    await world.deployed('1.0.0');
    expect((await world.run(['rollback', 'apii'])).code).toBe(2);
    expect((await world.run(['rollback', 'web'])).code).toBe(0);
  });

  it('is refused by the worker, too, with the same exit code', async () => {
    world.workers = [];
    world.worker.away = true;
    const reason = 'environment: api has no environment prodution';
    world.worker.jobs.set('rollback:job_1', {
      state: 'failed',
      failedReason: reason,
      result: null,
    });
    const told = { code: 2, err: `error: ${reason}\n` };
    expect(await world.run(['rollback', 'api', '-e', 'prodution', '--wait'])).toMatchObject(told);
    world.worker.jobs.set('rollback:job_2', {
      state: 'failed',
      failedReason: reason,
      result: null,
    });
    const argv = ['rollback', 'api', '-e', 'prodution', '--to', '1.0.0'];
    expect(await world.run(argv)).toMatchObject(told);
  });

  it('stores no release of it', async () => {
    const releases = new MemoryReleaseStore(systemClock);
    const promotions = new MemoryPromotionStore(systemClock);
    const producer = new ReleaseProducer({
      ...{ releases, promotions, store: world.store, clock: systemClock },
      configurations: { approval: async () => null },
      newReleaseId: () => releaseId('rel_0000000001'),
    });
    const session = {
      ...world.session(),
      ...{ releases: producer, releaseStore: releases, promotionStore: promotions },
    };
    const run = (command: string) =>
      world.run(command.split(' '), { openSession: async () => session });

    expect(await run('release start web=1 apii=1')).toMatchObject({ code: 2, err: APII });
    expect(await run('release start api=1 -e prodution')).toMatchObject({
      ...{ code: 2, err: PRODUTION },
    });
    expect((await releases.list({ limit: 1 })).items).toEqual([]);
    expect((await run('release start api=1 -e staging')).code).toBe(0);
    expect(await run('promotion approve dep_0123456789.production')).toMatchObject({
      code: 2,
      err: expect.stringContaining('id: no promotion dep_0123456789.production'),
    });
  });
});

describe('a freeze of what nothing is called', () => {
  const FREEZE = ['freeze', '--reason', 'stocktaking'];
  const frozen = (...argv: readonly string[]) => world.run([...FREEZE, ...argv]);

  it.each([
    [['--service', 'apii'], 'service: nothing is called apii (did you mean `api`?)'],
    [['-e', 'prodution'], 'environment: nothing is in prodution (did you mean `production`?)'],
    [['--service', 'web', '-e', 'staging'], 'environment: web has no environment staging'],
    [['--label', 'tier=bd'], 'label: no service is labelled tier=bd (did you mean `tier=db`?)'],
    [['--service', 'web', '--label', 'tier=db'], 'label: no service is labelled tier=db'],
    [['--label', 'tier=db', '--label', 'team=b'], 'label: no service has all of these labels'],
  ])('is refused, and warned of where it is wanted all the same: %j', async (argv, message) => {
    world.outlines.set('of-api', { 'labels.tier': 'db', 'labels.team': 'a' });
    world.outlines.set('of-web', { 'labels.team': 'b' });
    const refused = await frozen(...argv);
    expect({ code: refused.code, out: refused.out }).toEqual({ code: 2, out: '' });
    expect(refused.err).toContain(`error: ${message}`);
    expect(refused.err).toContain('To freeze it all the same: --even-if-unknown\n');
    expect(await world.freezes.list()).toEqual([]);

    const { code, err } = await frozen(...argv, '--even-if-unknown');
    expect(code).toBe(0);
    expect(err).toContain(`warning: ${message}`);
    expect(await world.freezes.list()).toHaveLength(1);
  });

  it('is none where a worker or a deployment names it', async () => {
    world.outlines.set('of-api', { 'labels.tier': 'db', 'labels.api-key': '(hidden)' });
    await world.deployed('1.0.0', 'shop');
    for (const argv of [
      ['--service', 'api', '-e', 'staging'],
      ['-e', 'production'],
      ['--label', 'tier=db', '--label', 'api-key=any'],
      ['--service', 'shop'],
      [],
    ]) {
      // oxlint-disable-next-line no-await-in-loop -- so that each failure is told by itself
      expect(await frozen(...argv)).toMatchObject({ code: 0, err: '' });
    }
  });

  it('is only warned of where workers take any name, or none was seen', async () => {
    world.workers = [aWorkerSign({ knowledge: knowing(API, '*') })];
    expect(await frozen('--service', 'apii')).toMatchObject({
      code: 0,
      err: 'warning: service: nothing is called apii (did you mean `api`?): there is api; it may cover nothing\n',
    });
    world.workers = [aWorkerSign({ knowledge: KNOWS_ALL })];
    const nobody =
      'warning: no worker names its services here, and nothing was deployed yet; it may cover nothing\n';
    expect(await frozen('--service', 'apii')).toMatchObject({ code: 0, err: nobody });
    world.workers = [];
    expect(await frozen('--service', 'apii')).toMatchObject({ code: 0, err: nobody });
  });
});

describe('unfreeze', () => {
  it('leaves with 2 for a freeze that there never was, and says which was meant', async () => {
    await world.run(['freeze', '--service', 'api', '--reason', 'stocktaking']);
    expect(await world.run(['unfreeze', 'frz-1'])).toMatchObject({
      code: 2,
      err: 'error: freeze-id: no freeze is called frz-1 (did you mean `frz_1`?). List them: `signalbox freezes`\n',
    });
  });
});
