import { beforeEach, describe, expect, it, vi } from 'vitest';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

const parsed = (out: string): { id: string; deploymentId: string; service: string }[] =>
  out
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));

describe('events', () => {
  it('prints what there is as one JSON object a line, and ends', async () => {
    await world.deployed('1.0.0');
    const argv = ['events', '--from', 'beginning', '--no-follow', '--json'];
    const { code, out } = await world.run(argv);
    expect(code).toBe(0);
    const events = parsed(out);
    expect(events).toEqual(world.tape.events);
    expect(events[0]).toMatchObject({
      id: '1-0',
      sequence: 1,
      type: 'deployment.planned',
      service: 'api',
      environment: 'production',
      version: '1.0.0',
      state: 'draft',
      data: {},
    });
  });

  it('goes on behind an event, and keeps to one deployment or service', async () => {
    await world.deployed('1.0.0');
    const other = await world.deployed('1.0.0', 'web');
    const behind = await world.run(['events', '--from', '3-0', '--no-follow', '--json']);
    expect(parsed(behind.out)[0]?.id).toBe('4-0');
    const argv = ['events', '--from', 'beginning', '--no-follow', '--json'];
    const ofWeb = parsed((await world.run([...argv, '--service', 'web'])).out);
    const ofOther = parsed((await world.run([...argv, '--deployment', other])).out);
    expect(ofWeb).toEqual(ofOther);
    expect(new Set(ofWeb.map(({ service }) => service))).toEqual(new Set(['web']));
  });

  it.each([
    ['--follow', '500-0', 'there is no event 500-0: the newest is'],
    ['--no-follow', '500-0', 'there is no event 500-0: the newest is'],
    ['--no-follow', '1-0', 'events behind 1-0 are no longer kept: the oldest is 4-0'],
  ])('refuses a position that is not there, with %s and %s', async (follow, from, said) => {
    await world.deployed('1.0.0');
    world.tape.events.splice(0, 3);
    const newest = world.tape.events.at(-1)?.id;

    const { code, out, err } = await world.run(['events', '--from', from, follow]);

    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(said);
    expect(err).toContain(`events kept: 4-0 to ${newest}`);
    expect(err).toContain('--on-gap');
  });

  it('refuses a position where there are no events at all', async () => {
    const { code, err } = await world.run(['events', '--from', '7-0', '--no-follow']);
    expect(code).toBe(2);
    expect(err).toContain('there is no event 7-0: there are no events');
  });

  it('prints CloudEvents where that is asked for, of the namespace that is read', async () => {
    await world.deployed('1.0.0');
    const argv = ['events', '--from', 'beginning', '--no-follow', '--format', 'cloudevents'];
    const { out } = await world.run([...argv, '--json', '--namespace', 'shop']);
    const [first] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(first).toMatchObject({
      specversion: '1.0',
      id: '1-0',
      source: '/signalbox/shop',
      type: 'dev.signalbox.deployment.planned',
      subject: 'production/api',
      data: world.tape.events[0],
    });
    const withoutJson = await world.run(argv);
    expect(withoutJson).toMatchObject({ code: 2, out: '' });
    expect(withoutJson.err).toContain('--format: expected --json');
    expect((await world.run([...argv.slice(0, -1), 'xml', '--json'])).code).toBe(2);
  });

  it('passes on what to do at a gap', async () => {
    const session = world.session();
    const spy = vi.spyOn(session, 'events').mockImplementation(async function* () {});
    const argv = ['events', '--from', '500-0', '--on-gap', 'beginning'];
    const { code } = await world.run(argv, { openSession: async () => session });
    expect(code).toBe(0);
    expect(spy).toHaveBeenCalledWith(expect.objectContaining({ onGap: 'beginning' }));
    expect((await world.run([...argv.slice(0, -1), 'guess'])).code).toBe(2);
  });

  it('follows what happens from now on until it is interrupted', async () => {
    await world.deployed('1.0.0');
    const seen = world.tape.events.length;
    const session = world.session();
    const spy = vi.spyOn(session, 'events');
    const following = world.run(['events', '--service', 'web'], {
      openSession: async () => session,
    });
    await vi.waitFor(() => expect(spy).toHaveBeenCalled());
    await world.deployed('2.0.0', 'web');
    const news = world.tape.events.length - seen;
    await new Promise((resolve) => setTimeout(resolve, 200));
    world.interrupt.abort();
    const { code, out } = await following;
    expect(code).toBe(0);
    expect(out.trimEnd().split('\n')).toHaveLength(news);
    expect(out).toMatch(/^production\/web 2\.0\.0 \d{4}-\d\d-\d\d [\d:]+Z #1 .*planned\n/);
    expect(spy.mock.calls[0]?.[0]).toMatchObject({ from: 'now', service: 'web' });
  });

  it('has nothing to say of now without following', async () => {
    expect(await world.run(['events', '--no-follow'])).toEqual({ code: 0, out: '', err: '' });
  });

  it('ends where the stream never pauses', async () => {
    const late = new Date(Date.now() + 60_000).toISOString();
    await world.deployed('1.0.0');
    const [first] = world.tape.events;
    const session = world.session();
    session.events = async function* () {
      if (first) yield first;
      for (;;) if (first) yield { ...first, time: late };
    };
    const argv = ['events', '--from', 'beginning', '--no-follow', '--json'];
    const { out } = await world.run(argv, { openSession: async () => session });
    expect(parsed(out)).toHaveLength(1);
  });

  it('leaves with 2 for a position that is none', async () => {
    const { code, err } = await world.run(['events', '--from', 'yesterday']);
    expect(code).toBe(2);
    expect(err).toContain("option '--from <position>' argument 'yesterday' is invalid");
  });

  it('leaves with 1 when events were lost to trimming while it reads', async () => {
    await world.deployed('1.0.0');
    const session = world.session();
    session.events = () => ({
      [Symbol.asyncIterator]: () => ({
        next: () => Promise.reject(new Error('events behind 3-0 are no longer kept')),
      }),
    });
    const { code, err } = await world.run(['events', '--from', '3-0'], {
      openSession: async () => session,
    });
    expect(code).toBe(1);
    expect(err).toBe('error: events behind 3-0 are no longer kept\n');
  });
});
