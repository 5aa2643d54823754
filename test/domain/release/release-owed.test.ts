import { describe, expect, test } from 'vitest';
import { releaseReasonOf } from '../../../src/domain/release/release.js';
import {
  aRelease,
  deployed,
  jobs,
  led,
  memberOf,
  owed,
  refused,
  statuses,
  waiting,
} from './releases.js';

const completed = deployed('completed');
const queued = waiting({ state: 'queued' });
const dbDone = { db: completed };
const apiDone = { db: completed, api: completed };

describe('a release that goes forward', () => {
  test('begins what comes after nothing, and stores so before it publishes', () => {
    const decision = owed(aRelease());

    expect(statuses(decision.after)).toEqual({ db: 'running', api: 'pending', web: 'pending' });
    expect(jobs(decision)).toEqual(['plan db']);
    expect(decision.after.revision).toBe(2);
    expect(decision.lookInMs).toBe(1_000);
  });

  test('publishes a job that is missing again, and one that waits for its turn not', () => {
    const release = led(aRelease(), {});

    expect(owed(release).after).toBe(release);
    expect(jobs(owed(release))).toEqual(['plan db']);
    expect(jobs(owed(release, { db: queued }))).toEqual([]);
    expect(owed(release, { db: deployed('executing') })).toEqual({
      after: release,
      publish: [],
      lookInMs: 60_000,
    });
  });

  test('begins each service when all it comes after are completed', () => {
    const release = aRelease({ db: [], mail: [], api: ['db', 'mail'] });
    const half = led(release, {}, dbDone);

    expect(statuses(half)).toEqual({ db: 'completed', mail: 'running', api: 'pending' });
    expect(jobs(owed(half, { ...dbDone, mail: completed }))).toEqual(['plan api']);
  });

  test('is completed when every service is', () => {
    const release = led(aRelease(), {}, dbDone, apiDone, { ...apiDone, web: completed });

    expect(release).toMatchObject({ state: { status: 'completed' }, endedAt: 5_000 });
    expect(owed(release).after).toBe(release);
    expect(releaseReasonOf(release)).toBeNull();
  });

  test('does not mind that a completed deployment is no longer kept', () => {
    const release = led(aRelease(), {}, dbDone);

    expect(statuses(led(release, {}))).toMatchObject({ db: 'completed' });
  });

  test.each(['draft', 'approved', 'executing', 'verifying', 'paused'] as const)(
    'waits for a deployment that is %s',
    (status) => {
      const release = led(aRelease(), {});

      expect(owed(release, { db: deployed(status) }).after).toBe(release);
    },
  );
});

describe('a release that goes back', () => {
  const back = led(aRelease({ db: [] }, { rollback: true }), {});

  test('counts a service as back where its job made no deployment: the version is active there', () => {
    const done = waiting({ state: 'done', deploymentId: 'dep_0123456789' });

    expect(statuses(led(back, { db: done }))).toEqual({ db: 'completed' });
  });

  test('fails where nothing is active', () => {
    const failed = led(back, { db: waiting({ state: 'done', deploymentId: null }) });

    expect(failed.state).toEqual({
      status: 'failed',
      reason: 'db: nothing is active: there is nothing to roll back',
    });
  });
});

describe('a release stops', () => {
  test('with the reason of a plan that was refused', () => {
    const release = led(aRelease(), {}, dbDone, {
      ...dbDone,
      api: waiting(refused('targets: none')),
    });

    expect(statuses(release)).toEqual({ db: 'completed', api: 'failed', web: 'skipped' });
    expect(release.state).toEqual({
      status: 'rolling_back',
      stop: { cause: 'failure', reason: 'api: targets: none' },
    });
  });

  test.each([
    [deployed('rolled_back', { reason: 'no disk' }), 'db: rolled back: no disk'],
    [deployed('failed', { reason: 'no disk' }), 'db: no disk'],
    [deployed('failed'), 'db: failed'],
    [deployed('cancelled', { reason: 'not today' }), 'db: cancelled: not today'],
    [deployed('cancelled'), 'db: cancelled'],
    [waiting({ state: 'done' }), 'db: its deployment is no longer in the store'],
    [waiting(refused('service: unknown')), 'db: service: unknown'],
  ])('and fails where nothing was completed before, with the reason (%#)', (fact, reason) => {
    expect(led(aRelease(), {}, { db: fact }).state).toEqual({ status: 'failed', reason });
  });

  test('when somebody takes a completed service back before the rest has begun', () => {
    const moving = led(aRelease(), {}, dbDone, { db: deployed('rolling_back') });
    expect(statuses(moving)).toMatchObject({ db: 'running', api: 'running' });

    const stopped = led(moving, { db: deployed('rolled_back'), api: deployed('executing') });
    expect(statuses(stopped)).toMatchObject({ db: 'failed', api: 'running', web: 'skipped' });
    const ended = led(stopped, { api: deployed('rolled_back') });
    expect(ended.state).toEqual({ status: 'failed', reason: 'db: rolled back' });
  });

  test('and leaves what runs to its end before anything goes back', () => {
    const release = led(aRelease({ db: [], api: ['db'], mail: ['db'] }), {}, dbDone, {
      ...dbDone,
      api: deployed('rolled_back'),
      mail: deployed('executing'),
    });

    expect(release.state).toMatchObject({ status: 'running', stop: { cause: 'failure' } });
    const later = owed(release, { ...dbDone, mail: completed });
    expect(later.after.state.status).toBe('rolling_back');
    expect(jobs(later)).toEqual(['rollback mail']);
  });

  test('and cancels what was planned and has not begun', () => {
    const release = led(aRelease({ db: [], mail: [] }), {}, { db: deployed('failed') });
    const decision = owed(release, { mail: deployed('draft') });
    expect(jobs(decision)).toEqual(['rollback mail']);

    const asked = deployed('draft', { job: { state: 'queued' } });
    expect(jobs(owed(release, { mail: asked }))).toEqual([]);
    const ended = led(release, { mail: deployed('cancelled') });
    expect(statuses(ended)).toEqual({ db: 'failed', mail: 'skipped' });
  });

  test('and keeps the promise of a plan whose job was not published yet', () => {
    const release = led(aRelease({ db: [], mail: [] }), {}, { db: deployed('failed') });

    expect(jobs(owed(release))).toEqual(['plan mail']);
  });

  test('and does not wait for a draft that can not be cancelled', () => {
    const release = led(aRelease({ db: [], mail: [] }), {}, { db: deployed('failed') });
    const ended = led(release, { mail: deployed('draft', { job: refused('no Redis') }) });

    expect(memberOf(ended, 'mail')).toMatchObject({
      status: 'failed',
      reason: 'could not be cancelled: no Redis',
    });
    expect(ended.state).toEqual({ status: 'failed', reason: 'db: failed' });
  });

  test('and is held where it is asked to be', () => {
    const held = led(aRelease(undefined, { onFailure: 'hold' }), {}, dbDone, {
      ...dbDone,
      api: deployed('rolled_back'),
    });

    expect(held.state).toEqual({ status: 'failed', reason: 'api: rolled back' });
    expect(statuses(held)).toEqual({ db: 'completed', api: 'failed', web: 'skipped' });
  });
});

describe('a release that goes back', () => {
  const order = { db: [], api: ['db'], mail: [], web: ['api'] };
  const good = { db: completed, api: completed, mail: completed };
  const back = () =>
    led(aRelease(order), {}, good, good, { ...good, web: deployed('rolled_back') });

  test('takes back what nobody needs any more, then what that needed', () => {
    const release = back();
    expect(jobs(owed(release, good))).toEqual(['rollback api', 'rollback mail']);

    const moving = { ...good, api: deployed('rolling_back') };
    expect(jobs(owed(release, moving))).toEqual(['rollback mail']);
    const half = led(release, { ...good, api: deployed('rolled_back') });
    expect(jobs(owed(half, { ...good, mail: deployed('rolling_back') }))).toEqual(['rollback db']);
  });

  test('is rolled back once everything is', () => {
    const ended = led(
      back(),
      { ...good, api: deployed('rolled_back'), mail: deployed('rolled_back') },
      { db: deployed('rolled_back') },
    );

    expect(ended.state).toEqual({ status: 'rolled_back', reason: 'web: rolled back' });
    expect(statuses(ended)).toMatchObject({ db: 'rolled_back', mail: 'rolled_back' });
  });

  test('tells what is back and not well', () => {
    const ended = led(
      back(),
      { ...good, api: deployed('failed', { inPlace: false, reason: '1.0.0 is unhealthy' }) },
      { db: deployed('rolled_back'), mail: deployed('rolled_back') },
    );

    expect(ended.state).toEqual({
      status: 'rolled_back',
      reason: 'web: rolled back; api: 1.0.0 is unhealthy',
    });
  });

  test.each([
    [deployed('completed', { job: refused('not active') }), 'could not be rolled back: not active'],
    [deployed('failed', { reason: 'no disk' }), 'no disk'],
    [deployed('failed'), 'failed'],
    [waiting({ state: 'absent' }), 'its deployment is no longer in the store'],
  ])('leaves what is needed by something that could not go back (%#)', (fact, reason) => {
    const ended = led(back(), { ...good, api: fact, mail: deployed('rolled_back') });

    expect(memberOf(ended, 'api')).toMatchObject({ status: 'failed', inPlace: true, reason });
    expect(memberOf(ended, 'db')).toMatchObject({
      status: 'completed',
      reason: 'left as it is: not back is api, which needs it',
    });
    expect(ended.state).toEqual({
      status: 'failed',
      reason: 'web: rolled back; not back: db, api',
    });
  });

  test('leaves what is needed by the very one that failed and stayed', () => {
    const ended = led(aRelease(), {}, dbDone, { ...dbDone, api: deployed('failed') });

    expect(ended.state).toEqual({ status: 'failed', reason: 'api: failed; not back: db, api' });
  });
});
