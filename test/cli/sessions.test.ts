import { describe, expect, it } from 'vitest';
import { aSession } from '../suites/session-store.suite.js';
import { CliWorld } from './cli-world.js';

const ID = { ann: 'a1'.repeat(32), laptop: 'a1b2'.repeat(16), bob: 'b1'.repeat(32) };

async function world(): Promise<CliWorld> {
  const one = new CliWorld();
  const since = Date.now() - 5 * 60_000;
  await one.sessions.open(aSession({ id: ID.ann, name: 'ann', roles: ['admin'], since }));
  await one.sessions.open(aSession({ id: ID.laptop, name: 'ann', since: since - 1 }));
  await one.sessions.open(
    aSession({ id: ID.bob, name: 'bob', since: since - 2, address: '10.0.0.1' }),
  );
  return one;
}

const open = (one: CliWorld): readonly string[] => [...one.sessions.all.keys()];

describe('sessions', () => {
  it('says who is signed in, as what, since when, until when and from where', async () => {
    const one = await world();
    const { code, out } = await one.run(['sessions']);
    expect(code).toBe(0);
    expect(out).toMatch(/session +name +roles +signed in +ends +from/);
    expect(out).toMatch(/a1a1a1a1a1a1 +ann +admin +5m ago +3000-01-01T00:00:00\.000Z +2001:db8/);
    expect((await one.run(['sessions', 'bob'])).out).not.toContain('ann');
    const { out: json } = await one.run(['sessions', 'bob', '--json']);
    expect(JSON.parse(json)).toEqual([
      {
        id: ID.bob,
        name: 'bob',
        roles: ['admin', 'viewer'],
        address: '10.0.0.1',
        since: expect.any(String),
        until: '3000-01-01T00:00:00.000Z',
      },
    ]);
    expect((await new CliWorld().run(['sessions'])).out).toBe('nobody is signed in\n');
  });

  it('ends the one that is named, by as much of its id as tells it apart', async () => {
    const one = await world();
    const { code, out } = await one.run(['sessions', '--end', 'a1a1a1a1a1a1']);
    expect([code, out]).toEqual([0, 'ended a1a1a1a1a1a1 of ann\n']);
    expect(open(one)).toEqual([ID.laptop, ID.bob]);
  });

  it('ends all of one person, or all there are', async () => {
    const one = await world();
    const { out } = await one.run(['sessions', 'ann', '--end-all', '--json']);
    expect(JSON.parse(out)).toMatchObject({ ended: [{ id: ID.ann }, { id: ID.laptop }] });
    expect(open(one)).toEqual([ID.bob]);
    await one.run(['sessions', '--end-all']);
    expect(open(one)).toEqual([]);
    const none = await one.run(['sessions', '--end-all']);
    expect([none.code, none.out]).toEqual([0, 'nobody is signed in\n']);
  });

  it.each([
    [['--end', 'a1a1a1a1', '--end-all'], '`--end` and `--end-all`: expected one of them'],
    [['--end', 'xyz'], 'end: expected the id of a session'],
    [['--end', 'c1c1c1c1'], 'end: no session c1c1c1c1 is open. List them: `signalbox sessions`'],
    [['bob', '--end', 'a1a1a1a1'], 'end: no session a1a1a1a1 is open'],
    [['anne', '--end-all'], 'name: anne is not signed in. List who is: `signalbox sessions`'],
  ])('ends nothing with %j', async (argv, reason) => {
    const one = await world();
    const { code, err } = await one.run(['sessions', ...argv]);
    expect(code).toBe(2);
    expect(err).toContain(reason);
    expect(open(one)).toHaveLength(3);
  });

  it('asks for more of an id that several have', async () => {
    const one = await world();
    await one.sessions.open(aSession({ id: `${'a1'.repeat(31)}ff` }));
    const { code, err } = await one.run(['sessions', '--end', 'a1a1a1a1a1a1']);
    expect([code, err]).toEqual([
      2,
      'error: end: several sessions begin with a1a1a1a1a1a1: give more of the id\n',
    ]);
  });
});
