import { beforeEach, describe, expect, test } from 'vitest';
import { coordinateRound } from '../../src/workers/coordinating/coordinate.js';
import {
  followRound,
  promotionRound,
} from '../../src/workers/coordinating/promotion-coordinator.js';
import { anEvent, AT, HERE, PRODUCTION } from '../domain/promotion/promotions.js';
import { aDeployment, anId, v } from '../support/fixtures.js';
import { PromotionWorld } from './promotion-world.js';
import { ReleaseWorld } from './release-world.js';
import { aRelease } from '../domain/release/releases.js';

const OVER = AT + 600_000;
const { signal } = new AbortController();

let world: PromotionWorld;
beforeEach(async () => {
  world = new PromotionWorld();
  await world.round();
});

describe('following the events', () => {
  test('begins behind what happened before anybody followed', async () => {
    const late = new PromotionWorld();
    late.completed();
    await late.round();
    await late.round();

    expect(await late.promotions.cursor()).toBe('1-0');
    expect(await late.promotions.list({ open: false, limit: 10 })).toEqual([]);
  });

  test('reads each event once, whoever leads', async () => {
    world.completed();
    await Promise.all([world.round(), world.round()]);
    await world.round();

    expect(await world.promotions.cursor()).toBe('1-0');
    expect(await world.only()).toMatchObject({ state: { status: 'soaking' }, soakUntil: OVER });
  });

  test('reads a long stream in parts, and the rest of it in the next round', async () => {
    for (let n = 0; n < 5_600; n++) world.happened(anEvent('planned'));
    await world.round();
    expect(await world.promotions.cursor()).toBe('5000-0');

    world.completed();
    await world.round();
    expect(await world.promotions.cursor()).toBe('5601-0');
    expect(await world.only()).toMatchObject({ service: 'api' });
  });

  test('tells which deployments ended or turned back', async () => {
    const ended = world.completed();
    world.happened(anEvent('planned'));
    const back = world.happened(anEvent('rollback_started'));
    await world.round();

    expect(world.turned).toEqual([ended.deploymentId, back.deploymentId]);
  });

  test('says so where events were trimmed before they were read', async () => {
    for (let n = 0; n < 3; n++) world.completed();
    world.stream.splice(0, 2);
    await world.round();

    expect(world.said).toContain('events were trimmed before they were followed');
    expect(await world.only()).toMatchObject({ source: world.stream[0]?.deploymentId });
  });

  test('stops where it is told to', async () => {
    world.completed();
    const stopped = new AbortController();
    stopped.abort();
    await followRound(world.ports(), stopped.signal);

    expect(await world.promotions.cursor()).toBe('0-0');
  });
});

describe('a promotion', () => {
  test('is published when its soak is over, and done when its deployment is there', async () => {
    const { deploymentId: source } = world.completed();
    await world.round();
    world.ms = OVER - 1;
    await world.round();
    expect(world.published).toEqual([]);

    world.ms = OVER;
    await world.round();
    expect(world.published).toMatchObject([{ source, to: PRODUCTION, version: '2.0.0' }]);

    const { deploymentId } = await world.only();
    world.job = { state: 'done' };
    world.deployments.set(deploymentId, aDeployment({ id: deploymentId }));
    world.ms += 1_000;
    await world.round();
    expect(await world.only()).toMatchObject({ state: { status: 'promoted' } });
    expect(world.published).toHaveLength(1);
    expect(await world.promotions.due(10)).toEqual([]);
  });

  test('ends when its source is rolled back before the soak is over', async () => {
    const { deploymentId } = world.completed();
    await world.round();
    world.happened(anEvent('rollback_started', { deploymentId }));
    await world.round();
    world.ms = OVER;
    await world.round();

    expect(await world.only()).toMatchObject({
      state: { status: 'dropped', reason: `${deploymentId} was rolled back in staging` },
    });
    expect(world.published).toEqual([]);
  });

  test('whose worker died between the intent and the job is published by the next', async () => {
    world.completed();
    await world.round();
    world.ms = OVER;
    const dying = { publishPromotion: () => Promise.reject(new Error('killed')) };
    await world.round(dying);
    expect(await world.only()).toMatchObject({ state: { status: 'promoting' } });
    expect(world.said).toContain('a promotion could not be carried on');

    world.ms += 10_000;
    await world.round();
    expect(world.published).toHaveLength(1);
  });

  test('is not published by one who wrote too late', async () => {
    world.completed();
    await world.round();
    world.ms = OVER;
    const before = await world.only();
    const changed = { ...before, revision: 2, soakUntil: OVER + 5 };
    const { promotions } = world;
    await promotionRound(
      world.ports({
        promotions: {
          ...world.ports().promotions,
          due: async () => [before.id],
          load: async () => before,
          write: async (write) => {
            await promotions.write({ changes: [{ before, after: changed, lookInMs: 5 }] });
            return promotions.write(write);
          },
        },
      }),
      signal,
    );

    expect(world.published).toEqual([]);
    expect(await world.only()).toEqual(changed);
  });

  test('asks a person where somebody put another version into its environment', async () => {
    world.completed();
    await world.round();
    const hotfix = { deploymentId: anId(), version: v('1.9.1'), since: AT + 1 };
    world.active.set(PRODUCTION, { ...HERE, environment: PRODUCTION, ...hotfix });
    world.deployments.set(hotfix.deploymentId, aDeployment({ id: hotfix.deploymentId }));
    world.ms = OVER;
    await world.round();

    expect(await world.only()).toMatchObject({ state: { status: 'ready' } });
    expect(world.published).toEqual([]);
  });

  test('goes on over one that was promoted itself', async () => {
    world.completed();
    await world.round();
    const earlier = { deploymentId: anId(), version: v('1.9.1'), since: AT + 1 };
    world.active.set(PRODUCTION, { ...HERE, environment: PRODUCTION, ...earlier });
    world.deployments.set(earlier.deploymentId, {
      ...aDeployment({ id: earlier.deploymentId }),
      metadata: { promotedFrom: 'dep_0123456789' },
    });
    world.ms = OVER;
    await world.round();

    expect(world.published).toHaveLength(1);
  });

  test('that is gone, or comes while the worker stops, is passed over', async () => {
    world.completed();
    await world.round();
    world.ms = OVER;
    const ports = world.ports();
    const due = async () => [(await world.only()).id];
    await promotionRound(
      { ...ports, promotions: { ...ports.promotions, due, load: async () => undefined } },
      signal,
    );
    const stopped = new AbortController();
    stopped.abort();
    await promotionRound(ports, stopped.signal);

    expect(world.published).toEqual([]);
  });
});

describe('a round of the leader', () => {
  const releases = async () => {
    const release = aRelease({ db: [] });
    const fate = { plan: 'completed', undo: 'rolled_back', ticks: 0, draft: false } as const;
    const theirs = new ReleaseWorld(release, new Map([['db', fate]]));
    await theirs.releases.create(release);
    return theirs;
  };

  test('follows events, and carries on with promotions and releases', async () => {
    const theirs = await releases();
    world.completed();
    await coordinateRound({ ...theirs.ports(), ...world.ports() }, signal);

    expect(theirs.jobs.size).toBe(1);
    expect(await world.only()).toMatchObject({ state: { status: 'soaking' } });
  });

  test('carries on with releases where the events can not be read', async () => {
    const theirs = await releases();
    const events = { ...world.ports().events, read: () => Promise.reject(new Error('no stream')) };
    await coordinateRound({ ...theirs.ports(), ...world.ports({ events }) }, signal);

    expect(theirs.jobs.size).toBe(1);
    expect(world.said).toContain('a round of the coordinator failed');
  });

  test('does nothing any more once the worker stops', async () => {
    const theirs = await releases();
    const stopped = new AbortController();
    stopped.abort();
    await coordinateRound({ ...theirs.ports(), ...world.ports() }, stopped.signal);

    expect(theirs.jobs.size).toBe(0);
  });
});
