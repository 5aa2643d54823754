import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryPromotionStore } from '../../src/adapters/memory/memory-promotions.js';
import { MemoryReleaseStore } from '../../src/adapters/memory/memory-releases.js';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import { type Promotion, promotionId, turned } from '../../src/domain/promotion/promotion.js';
import type { Release } from '../../src/domain/release/release.js';
import { type ApprovalInForce, NO_APPROVAL } from '../../src/domain/policy/approval.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { ReleaseProducer } from '../../src/producers/release-producer.js';
import { aPromotion, AT } from '../domain/promotion/promotions.js';
import { aRelease, deployed, led, memberOf } from '../domain/release/releases.js';
import { aDeployment } from '../support/fixtures.js';

const CLOCK = { now: () => AT, sleep: async () => {} };
/** Both must agree, and neither to what they asked for. */
const ANN_AND_BOB: ApprovalInForce = {
  configuration: 'now',
  policy: {
    ...{ ...NO_APPROVAL, approval: 'required', approvals: 2 },
    ...{ approvers: ['ann', 'bob'], selfApproval: false },
  },
};
const TWO = [
  { service: 'api', version: '1.4.2' },
  { service: 'web', version: '3.0.0', after: ['api'] },
];

let releases: MemoryReleaseStore;
let promotions: MemoryPromotionStore;
let deployments: Map<DeploymentId, Deployment>;
let inForce: Map<string, ApprovalInForce>;
let producer: ReleaseProducer;
beforeEach(() => {
  inForce = new Map();
  releases = new MemoryReleaseStore(CLOCK);
  promotions = new MemoryPromotionStore(CLOCK);
  deployments = new Map();
  let made = 0;
  producer = new ReleaseProducer({
    releases,
    promotions,
    store: { load: async (id) => deployments.get(id) },
    configurations: { approval: async ({ service }) => inForce.get(service) ?? null },
    clock: CLOCK,
    newReleaseId: () => releaseId(`rel_new000000${(made += 1)}`),
  });
});

describe('asking for a release', () => {
  test('stores it, to be carried out at once', async () => {
    const { release, created } = await producer.release({ services: TWO });

    expect(created).toBe(true);
    expect(await releases.load(release.id)).toEqual(release);
    expect(await releases.due(10)).toEqual([release.id]);
  });

  test('twice under one key is one release', async () => {
    const request = { services: TWO, idempotencyKey: 'build-812' };
    const first = await producer.release(request);
    const second = await producer.release(request);

    expect(second).toEqual({ release: first.release, created: false });
    await expect(producer.release({ ...request, onFailure: 'hold' })).rejects.toThrow(
      `idempotencyKey: ${first.release.id} is another release than this one`,
    );
    const named = { services: TWO, id: 'rel_0123456789' };
    await producer.release(named);
    await expect(producer.release({ ...named, name: 'x' })).rejects.toThrow('id: rel_0123456789');
  });

  test('that nobody could approve is refused at once with the service and the rule', async () => {
    inForce.set('web', ANN_AND_BOB);
    const ask = (more: object) => producer.release({ services: TWO, ...more });

    await expect(ask({ requestedBy: 'Ann' })).rejects.toThrow(
      'services.1: web: nobody could approve it: `policy.approval` asks for 2 of ann, bob; Ann requested it and may not approve it (`notByRequester`); only bob can still approve it.',
    );
    expect((await releases.list({ limit: 10 })).items).toEqual([]);
    await ask({ requestedBy: 'cid' });
    // A way back is approved by nobody.
    await ask({ requestedBy: 'ann', rollback: true });
    expect((await releases.list({ limit: 10 })).items).toHaveLength(2);
  });

  test('again is the one that exists, also where nobody could approve it by now', async () => {
    const request = { services: TWO, requestedBy: 'ann', idempotencyKey: 'build-812' };
    const { release } = await producer.release(request);
    inForce.set('web', ANN_AND_BOB);

    expect(await producer.release(request)).toEqual({ release, created: false });
  });

  test('that can not be carried out is refused with the field, and nothing is stored', async () => {
    const services = [{ service: 'api', version: '1', after: ['db'] }];

    await expect(producer.release({ services })).rejects.toThrow(
      'services.0.after.0: db is not in this release',
    );
    expect((await releases.list({ limit: 10 })).items).toEqual([]);
  });
});

describe('commanding a release', () => {
  const stored = async (release: Release): Promise<Release> => {
    await releases.create(release);
    return release;
  };
  const failed = () =>
    led(
      aRelease(undefined, { onFailure: 'hold' }),
      {},
      { db: deployed('completed') },
      { db: deployed('completed'), api: deployed('failed') },
    );

  test('cancels it, and says so once', async () => {
    const { id } = await stored(aRelease());
    const cancelled = await producer.cancel(id, 'not today', 'ann');

    expect(cancelled.state).toMatchObject({ stop: { reason: 'cancelled by ann: not today' } });
    expect(await producer.cancel(id, 'twice', 'bob')).toEqual(cancelled);
    expect(await releases.due(10)).toEqual([id]);
  });

  test('is given again to what a worker wrote in between', async () => {
    const release = await stored(aRelease());
    let first = true;
    const busy = new ReleaseProducer({
      promotions,
      store: { load: async () => undefined },
      configurations: { approval: async () => null },
      clock: CLOCK,
      newReleaseId: () => release.id,
      releases: {
        create: (...args) => releases.create(...args),
        load: (id) => releases.load(id),
        save: async (before, after, ms) => {
          if (first) await releases.save(before, led(before, {}), 0);
          first = false;
          return releases.save(before, after, ms);
        },
      },
    });
    const cancelled = await busy.cancel(release.id, 'not today', 'ann');

    expect(memberOf(cancelled, 'db').status).toBe('running');
    expect(cancelled.state).toMatchObject({ stop: { cause: 'cancel' } });
  });

  test('gives up where others write all the time', async () => {
    const { id } = await stored(aRelease());
    const stale = { ok: false, error: { code: 'store/stale' } } as const;
    const hopeless = new ReleaseProducer({
      promotions: { load: async () => aPromotion({ auto: false }), write: async () => stale },
      store: { load: async () => undefined },
      configurations: { approval: async () => null },
      clock: CLOCK,
      newReleaseId: () => id,
      releases: {
        create: (...args) => releases.create(...args),
        load: (each) => releases.load(each),
        save: async () => stale,
      },
    });

    await expect(hopeless.cancel(id, 'x', 'ann')).rejects.toThrow('written to all the time');
    await expect(hopeless.promote(aPromotion().id, 'ann')).rejects.toThrow('all the time');
  });

  test('goes on with one that failed: what stands is kept', async () => {
    const release = await stored(failed());
    const standing = memberOf(release, 'db').deploymentId;
    const done = { ...aDeployment({ id: standing }), state: { status: 'completed' } as const };
    deployments.set(standing, done);
    const retried = await producer.retry(release.id, 'ann');

    expect(retried.members.map(({ status, attempt }) => [status, attempt])).toEqual([
      ['completed', 1],
      ['pending', 2],
      ['pending', 2],
    ]);
    expect(retried.retries).toMatchObject([{ by: 'ann', reason: null }]);
    await expect(producer.retry(release.id, 'ann')).rejects.toThrow('it is running');
  });

  test('is not gone on with where nobody could approve what is to come', async () => {
    const asked = { ...failed(), requestedBy: 'ann' };
    const { id } = await stored(asked);
    inForce.set('web', ANN_AND_BOB);

    await expect(producer.retry(id, 'cid')).rejects.toThrow(
      `cannot retry ${id}: web: nobody could approve it: \`policy.approval\` asks for 2 of ann, bob`,
    );
    expect(await releases.load(id)).toEqual(asked);
  });

  test('keeps who retried it and why, and takes neither blank', async () => {
    const { id } = await stored(failed());

    await expect(producer.retry(id, ' ')).rejects.toThrow(/^by: /);
    await expect(producer.retry(id, 'ann', { reason: '' })).rejects.toThrow(/^reason: /);
    const { retries } = await producer.retry(id, 'ann', { reason: 'the disk is back' });
    expect(retries).toMatchObject([{ by: 'ann', reason: 'the disk is back' }]);
  });

  test('of one that there is not is refused', async () => {
    const id = releaseId('rel_0000000000');

    await expect(producer.retry(id, 'ann')).rejects.toThrow('no release rel_0000000000');
  });
});

describe('letting a promotion go on', () => {
  const stored = async (after: Promotion): Promise<Promotion> => {
    await promotions.write({ changes: [{ before: null, after, lookInMs: 0 }] });
    return after;
  };

  test('names the person, and is carried out at once', async () => {
    const soaking = aPromotion({ auto: false, soakUntil: AT });
    const { id } = await stored(turned(soaking, { status: 'ready', reason: 'as configured' }));
    const going = await producer.promote(id, 'ann');

    expect(going).toMatchObject({ approvedBy: 'ann', state: { status: 'soaking' } });
    expect(await promotions.due(10)).toEqual([id]);
    expect(await producer.promote(id, 'bob')).toEqual(going);
  });

  test('is refused where there is none, or nothing can become of it', async () => {
    const { id } = await stored(turned(aPromotion(), { status: 'dropped', reason: 'replaced' }));

    await expect(producer.promote(id, 'ann')).rejects.toThrow('it is dropped');
    const none = promotionId('dep_0123456789.eu');
    await expect(producer.promote(none, 'ann')).rejects.toThrow('no promotion dep_0123456789.eu');
  });
});
