import { describe, expect, test } from 'vitest';
import { memberDeploymentId } from '../../../src/contracts/release.schema.js';
import { serviceName } from '../../../src/domain/model/ids.js';
import { hasEnded, type Release, releaseReasonOf } from '../../../src/domain/release/release.js';
import { cancelRelease, retryRelease } from '../../../src/domain/release/release-commands.js';
import { aRelease, deployed, jobs, led, memberOf, owed, statuses } from './releases.js';

const dbDone = { db: deployed('completed') };
const SAID = 'cancelled by ann: not today';

function cancel(release: Release): Release {
  const answer = cancelRelease(release, 'not today', 'ann');
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

function retry(release: Release, standing: readonly string[] = []): Release {
  const answer = retryRelease(release, {
    standing: new Set(standing.map(serviceName)),
    said: { by: 'ann', reason: null, at: 9_000 },
    deploymentOf: (service, attempt) => memberDeploymentId(release, service, attempt),
  });
  if (!answer.ok) throw new Error(answer.error.message);
  return answer.value;
}

describe('cancelling a release', () => {
  test('before anything began ends it', () => {
    const ended = led(cancel(aRelease()), {});

    expect(ended.state).toEqual({ status: 'cancelled', reason: SAID });
    expect(statuses(ended)).toEqual({ db: 'skipped', api: 'skipped', web: 'skipped' });
  });

  test('lets what runs come to its end, and then takes the finished ones back', () => {
    const release = cancel(led(aRelease(), {}, dbDone));
    const running = owed(release, { ...dbDone, api: deployed('executing') });
    expect(running.after.state).toEqual({
      status: 'running',
      stop: { cause: 'cancel', reason: SAID },
    });
    expect(jobs(running)).toEqual([]);
    expect(releaseReasonOf(running.after)).toBe(SAID);

    const back = led(
      running.after,
      { ...dbDone, api: deployed('completed') },
      { ...dbDone, api: deployed('rolled_back') },
      { db: deployed('rolled_back') },
    );
    expect(back.state).toEqual({ status: 'rolled_back', reason: SAID });
  });

  test('leaves the finished ones where the release is to be held', () => {
    const release = cancel(led(aRelease(undefined, { onFailure: 'hold' }), {}, dbDone));
    const ended = led(release, { ...dbDone, api: deployed('completed') });

    expect(ended.state).toEqual({ status: 'cancelled', reason: SAID });
    expect(statuses(ended)).toEqual({ db: 'completed', api: 'completed', web: 'skipped' });
  });

  test('too late, while the last one runs, completes a release that is to be held', () => {
    const release = cancel(led(aRelease({ db: [] }, { onFailure: 'hold' }), {}));

    expect(led(release, dbDone).state).toEqual({ status: 'completed' });
  });

  test('again, or while it stops already, changes nothing', () => {
    const release = cancel(led(aRelease(), {}));
    expect(cancel(release)).toBe(release);
    const ended = led(release, { db: deployed('cancelled') });
    expect(ended.state.status).toBe('cancelled');
    expect(cancel(ended)).toBe(ended);
  });

  test('is refused once it has ended otherwise', () => {
    const release = led(aRelease({ db: [] }), {}, dbDone);

    expect(cancelRelease(release, 'late', 'ann')).toEqual({
      ok: false,
      error: {
        code: 'release/refused',
        message: `cannot cancel ${release.id}: it is completed`,
      },
    });
  });
});

describe('retrying a release', () => {
  const held = () =>
    led(aRelease(undefined, { onFailure: 'hold' }), {}, dbDone, {
      ...dbDone,
      api: deployed('failed'),
    });

  test('keeps what stands, and begins the rest anew as other deployments', () => {
    const before = held();
    const release = retry(before, ['db']);

    expect(release).toMatchObject({ endedAt: null, state: { status: 'running', stop: null } });
    expect(releaseReasonOf(release)).toBeNull();
    expect(release.revision).toBe(before.revision + 1);
    expect(memberOf(release, 'db')).toEqual(memberOf(before, 'db'));
    expect(memberOf(release, 'api')).toMatchObject({ status: 'pending', attempt: 2, reason: null });
    expect(memberOf(release, 'api').deploymentId).not.toBe(memberOf(before, 'api').deploymentId);
    expect(jobs(owed(release, dbDone))).toEqual(['plan api']);
  });

  test('begins again what was taken back meanwhile', () => {
    expect(jobs(owed(retry(held())))).toEqual(['plan db']);
  });

  test('remembers what an earlier attempt left behind', () => {
    const again = led(retry(held(), ['db']), dbDone, { ...dbDone, api: deployed('cancelled') });
    expect(memberOf(again, 'api')).toMatchObject({ status: 'failed', inPlace: true });

    const restored = led(retry(held(), ['db']), dbDone, {
      ...dbDone,
      api: deployed('rolled_back'),
    });
    expect(memberOf(restored, 'api')).toMatchObject({ status: 'failed', inPlace: false });
  });

  test('remembers who asked for it, of very many the last few', () => {
    const ann = { by: 'ann', reason: null, at: 9_000 };
    expect(retry(held(), ['db']).retries).toEqual([ann]);

    const bob = { by: 'bob', reason: 'again', at: 1 };
    const often = { ...held(), retries: Array.from({ length: 20 }, () => bob) };
    const { retries } = retry(often, ['db']);
    expect(retries).toHaveLength(20);
    expect(retries?.slice(-2)).toEqual([bob, ann]);
  });

  test.each([
    ['running', led(aRelease(), {})],
    ['completed', led(aRelease({ db: [] }), {}, dbDone)],
  ])('is refused while it is %s', (status, release) => {
    const deploymentOf = () => memberOf(release, 'db').deploymentId;

    const said = { by: 'ann', reason: null, at: 9_000 };
    expect(retryRelease(release, { standing: new Set(), deploymentOf, said })).toMatchObject({
      ok: false,
      error: { message: `cannot retry ${release.id}: it is ${status}` },
    });
    expect(hasEnded(release)).toBe(status === 'completed');
  });
});
