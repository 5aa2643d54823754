import { beforeEach, describe, expect, it } from 'vitest';
import { serviceKey } from '../../src/domain/model/ids.js';
import { API } from '../support/fixtures.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

describe('freeze', () => {
  it('covers what is named, for as long as is said', async () => {
    const argv = ['-e', 'production', '--label', 'tier=db', '--label', 'team=a', '--for', '2h'];
    const { code, out } = await world.run(['freeze', ...argv, '--reason', 'stocktaking']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^frz_1 freezes services with tier=db, team=a in production, in force until [-\d]+ [:\d]+Z: stocktaking\nlift it: signalbox unfreeze frz_1\n$/,
    );
    expect(await world.freezes.list()).toMatchObject([
      { scope: { environment: 'production', service: null, labels: { tier: 'db', team: 'a' } } },
    ]);
  });

  it('may begin later, and covers all where nothing is named', async () => {
    const argv = ['--from', '2099-12-20T00:00:00Z', '--until', '2099-12-27T00:00:00+01:00'];
    const { out } = await world.run(['freeze', ...argv, '--reason', 'holidays', '--by', 'cy']);
    expect(out).toContain(
      'frz_1 freezes every service everywhere, from 2099-12-20 00:00:00Z until 2099-12-26 23:00:00Z: holidays\n',
    );
    const json = await world.run(['freeze', '--service', 'api', '--reason', 'x', '--json']);
    expect(JSON.parse(json.out)).toEqual({
      id: 'frz_2',
      scope: { environment: null, service: 'api', label: {} },
      reason: 'x',
      by: 'ada',
      from: expect.stringMatching(/Z$/),
      until: null,
    });
  });

  it('leaves with 2 for times that make no sense, and without a reason', async () => {
    const refused = async (...argv: readonly string[]): Promise<string> => {
      const { code, err } = await world.run(['freeze', ...argv]);
      expect(code).toBe(2);
      return err;
    };
    expect(await refused()).toContain("required option '--reason <text>'");
    expect(await refused('--reason', 'x', '--until', 'tomorrow')).toContain('expected a time such');
    expect(await refused('--reason', 'x', '--until', '2001-01-01T00:00:00Z')).toMatch(
      /^error: until: expected an end that is still to come/,
    );
    const both = ['--for', '1h', '--until', '2099-01-01T00:00:00Z'];
    expect(await refused('--reason', 'x', ...both)).toContain('until: expected until or for');
    expect(await world.freezes.list()).toEqual([]);
  });
});

describe('freezes and unfreeze', () => {
  it('list what is frozen, and lift it', async () => {
    expect((await world.run(['freezes'])).out).toBe('nothing is frozen\n');
    await world.run(['freeze', '--service', 'api', '--reason', 'stocktaking']);
    const { out } = await world.run(['freezes']);
    expect(out).toMatch(/^freeze {2}covers +when +by +reason\nfrz_1 {3}api everywhere {2}in force/);
    expect(JSON.parse((await world.run(['freezes', '--json'])).out)).toMatchObject([
      { id: 'frz_1', by: 'ada' },
    ]);
    expect((await world.run(['unfreeze', 'frz_1', '--by', 'bob'])).out).toBe(
      'frz_1 is lifted by bob; it froze api everywhere\n',
    );
    expect(await world.run(['unfreeze', 'frz_1'])).toMatchObject({
      code: 1,
      err: 'error: no freeze frz_1\n',
    });
    await world.run(['freeze', '--reason', 'again']);
    const lifted = await world.run(['unfreeze', 'frz_2', '--json']);
    expect(JSON.parse(lifted.out)).toMatchObject({ id: 'frz_2', reason: 'again' });
  });
});

describe('release-automation', () => {
  it('releases what a rollback holds back, once', async () => {
    const hold = { reason: 'web-1 failed', since: 0, deploymentId: 'dep_bad' };
    world.automationHolds.set(serviceKey(API), hold);
    expect(await world.run(['release-automation', 'api'])).toMatchObject({
      code: 0,
      out: 'the automation of production/api is released by ada (held since the rollback of dep_bad: web-1 failed)\n',
    });
    expect(await world.run(['release-automation', 'api'])).toMatchObject({
      code: 1,
      err: 'error: the automation of production/api is not held\n',
    });
    world.automationHolds.set('staging/api', hold);
    const { out } = await world.run(['release-automation', 'api', '-e', 'staging', '--json']);
    expect(JSON.parse(out)).toEqual({
      environment: 'staging',
      service: 'api',
      deploymentId: 'dep_bad',
      reason: 'web-1 failed',
      by: 'ada',
    });
  });
});

describe('freezes --history', () => {
  it('tells who froze, lifted and released what, also of what is over, newest first', async () => {
    expect((await world.run(['freezes', '--history'])).out).toBe(
      'nothing was ever frozen or released\n',
    );
    await world.run(['freeze', '--reason', 'stocktaking', '--by', 'ann']);
    await world.run(['unfreeze', 'frz_1', '--by', 'bob']);
    const held = { reason: 'errors', since: 1_000, deploymentId: 'dep_0123456789' };
    world.automationHolds.set(serviceKey(API), held);
    await world.run(['release-automation', 'api', '--by', 'cy']);

    const { out } = await world.run(['freezes', '--history']);
    const [head, ...lines] = out.trimEnd().split('\n');
    expect(head?.split(/ {2,}/)).toEqual(['time', 'what', 'subject', 'by', 'why it stood']);
    expect(lines.map((line) => line.split(/ {2,}/).slice(1))).toEqual([
      ['automation released', 'production/api', 'cy', 'errors'],
      ['lifted', 'frz_1', 'bob', 'stocktaking'],
      ['frozen', 'frz_1', 'ann', 'stocktaking'],
    ]);
    const json = await world.run(['freezes', '--history', '--limit', '2', '--json']);
    expect(JSON.parse(json.out)).toMatchObject([
      { type: 'automation_released', subject: 'production/api', by: 'cy', reason: 'errors' },
      { type: 'unfrozen', subject: 'frz_1', by: 'bob', reason: 'stocktaking' },
    ]);
  });
});
