import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});

describe('a command that waits', () => {
  it.each([
    ['SIGHUP', 129],
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('leaves after %s with %i, and says that what it published goes on', async (signal, code) => {
    world.worker.away = true;
    const waiting = world.run(['deploy', 'api', '1.0.0', '--wait']);
    world.interrupt.abort(signal);
    const unplanned = await waiting;
    expect(unplanned).toMatchObject({ code, err: expect.stringContaining('goes on by itself') });

    world.interrupt = new AbortController();
    world.worker.away = false;
    world.callMs = 500;
    const watching = world.run(['deploy', 'api', '2.0.0', '--wait', '--json']);
    await vi.waitFor(() => expect(world.calls.length).toBe(1));
    world.interrupt.abort(signal);
    const watched = await watching;
    expect(watched).toMatchObject({ code, err: expect.stringContaining('goes on by itself') });
    expect(JSON.parse(watched.out).state).toBe('executing');
  });

  it('ends at once on a signal while Redis does not answer, with what it knows', async () => {
    world.callMs = 2_000;
    const session = world.session();
    let hangs = false;
    let looks = 0;
    const never = new Promise<never>(() => {});
    const hanging = {
      ...session,
      store: {
        service: session.store.service.bind(session.store),
        load: (id: DeploymentId) => {
          looks += 1;
          return hangs ? never : session.store.load(id);
        },
      },
      index: Object.assign(Object.create(session.index), {
        events: (id: DeploymentId) => (hangs ? never : session.index.events(id)),
      }),
      close: () => never,
    };
    const argv = ['deploy', 'api', '1.0.0', '--wait', '--json'];
    const waiting = world.run(argv, { openSession: async () => hanging });
    await vi.waitFor(() => expect(looks).toBeGreaterThan(1));
    hangs = true;
    world.interrupt.abort('SIGTERM');
    const { code, err, out } = await waiting;
    expect(code).toBe(143);
    expect(err).toContain('goes on by itself');
    expect(JSON.parse(out)).toMatchObject({ version: '1.0.0', targets: [{}, {}] });
  });

  it('ends on a signal before Redis has answered at all', async () => {
    const opening = world.run(['status'], { openSession: () => new Promise(() => {}) });
    world.interrupt.abort('SIGHUP');
    expect(await opening).toEqual({
      code: 129,
      out: '',
      err: 'interrupted before Redis answered: what was asked for may be carried out all the same\n',
    });
  });

  it('waits for a worker while Redis is away for a moment', async () => {
    const session = world.session();
    let looks = 0;
    const job: typeof session.job = async (...asked) => {
      looks += 1;
      if (looks === 2) throw new Error('Connection is closed.');
      return looks < 4
        ? { state: 'pending', failedReason: null, result: null }
        : session.job(...asked);
    };
    const { code } = await world.run(['deploy', 'api', '1.0.0', '--wait'], {
      openSession: async () => ({ ...session, job }),
    });
    expect(code).toBe(0);
  });
});
