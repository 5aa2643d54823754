import { describe, expect, test } from 'vitest';
import type { Log } from '../../src/domain/ports/log.js';
import { SILENT } from '../../src/domain/ports/log.js';
import type { Release } from '../../src/domain/release/release.js';
import {
  type ReleasePorts,
  releaseRound,
} from '../../src/workers/coordinating/release-coordinator.js';
import { aRelease, statuses } from '../domain/release/releases.js';
import { type Fate, ReleaseWorld } from './release-world.js';

const GOOD: Fate = { plan: 'completed', undo: 'rolled_back', ticks: 0, draft: false };
const { signal } = new AbortController();

async function aWorld(order = { db: [], api: ['db'] }, fates: Record<string, Fate> = {}) {
  const release = aRelease(order);
  const services = Object.keys(order).map((name) => [name, fates[name] ?? GOOD] as const);
  const world = new ReleaseWorld(release, new Map(services));
  await world.releases.create(release);
  return world;
}

async function toItsEnd(world: ReleaseWorld): Promise<Release> {
  for (let step = 0; step < 30; step++) {
    await releaseRound(world.ports(), signal);
    await world.tick();
  }
  return world.current();
}

const published = (world: ReleaseWorld): readonly string[] =>
  [...world.jobs.values()].map(({ owed }) => `${owed.kind} ${owed.member.service}`);

describe('the coordinator of releases', () => {
  test('brings one service after the other to its version', async () => {
    const world = await aWorld();
    const release = await toItsEnd(world);

    expect(release.state).toEqual({ status: 'completed' });
    expect(published(world)).toEqual(['plan db', 'plan api']);
    expect(await world.releases.due(10)).toEqual([]);
  });

  test('takes the finished ones back, last first, when one fails', async () => {
    const order = { db: [], api: ['db'], web: ['api'] };
    const world = await aWorld(order, { web: { ...GOOD, plan: 'refused' } });
    const release = await toItsEnd(world);

    expect(release.state).toEqual({ status: 'rolled_back', reason: 'web: targets: none' });
    expect(published(world).slice(3)).toEqual(['rollback api', 'rollback db']);
    expect(statuses(release)).toEqual({ db: 'rolled_back', api: 'rolled_back', web: 'failed' });
  });

  test('publishes nothing where somebody else wrote in between', async () => {
    const world = await aWorld();
    const ports = world.ports();
    const before = await world.current();
    const slow: ReleasePorts = {
      ...ports,
      releases: {
        due: (limit) => ports.releases.due(limit),
        load: async () => before,
        save: (...args) => ports.releases.save(...args),
        postpone: (...args) => ports.releases.postpone(...args),
      },
    };
    await world.releases.save(before, { ...before, revision: 2 }, 0);
    await releaseRound(slow, signal);

    expect(published(world)).toEqual([]);
  });

  test('looks at one that makes trouble later, and at the others now', async () => {
    const world = await aWorld();
    const bad = aRelease({ mail: [] }, { id: 'rel_000000000000bad' });
    await world.releases.create(bad);
    const errors: object[] = [];
    const log: Log = { ...SILENT, error: (fields) => errors.push(fields) };
    const ports = world.ports();
    await releaseRound(
      {
        ...ports,
        log,
        publishReleaseJob: async (job) => {
          if (job.release.id === bad.id) throw new Error('Redis says no');
          await ports.publishReleaseJob(job);
        },
      },
      signal,
    );

    expect(errors).toEqual([{ release: bad.id, err: new Error('Redis says no') }]);
    expect(published(world)).toEqual(['plan db']);
    // The intent is stored: the job is found missing at the next look.
    world.ms += 10_000;
    await releaseRound(ports, signal);
    expect(published(world)).toEqual(['plan db', 'plan mail']);
  });

  test('passes over a release that is gone, and begins nothing while it stops', async () => {
    const world = await aWorld();
    const ports = world.ports();
    const { releases } = world;
    await releaseRound(
      {
        ...ports,
        releases: {
          due: (limit) => releases.due(limit),
          load: async () => undefined,
          save: (...args) => releases.save(...args),
          postpone: (...args) => releases.postpone(...args),
        },
      },
      signal,
    );
    const stopped = new AbortController();
    stopped.abort();
    await releaseRound(ports, stopped.signal);

    expect(published(world)).toEqual([]);
  });
});
