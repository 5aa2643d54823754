import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { RedisPromotionStore } from '../../src/adapters/redis/releases/promotion-store.redis.js';
import { RedisReleaseStore } from '../../src/adapters/redis/releases/release-store.redis.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { composeCoordinator } from '../../src/app/workers/compose-coordinator.js';
import { PromotionsSchema } from '../../src/contracts/config/promotion.schema.js';
import { environmentName, serviceName } from '../../src/domain/model/ids.js';
import { SILENT } from '../../src/domain/ports/log.js';
import type { Promotion } from '../../src/domain/promotion/promotion.js';
import { hasEnded, type Release } from '../../src/domain/release/release.js';
import { type ReleaseId, releaseId } from '../../src/domain/release/release-id.js';
import { ReleaseProducer } from '../../src/producers/release-producer.js';
import {
  coordinateRound,
  type CoordinatorPorts,
} from '../../src/workers/coordinating/coordinate.js';
import { broken, FakeDriver, fine } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { statuses } from '../domain/release/releases.js';

const PATIENCE = { timeout: 40_000, interval: 25 };

/** Two leaders at once, as after a lease that ran out: they must do no harm to each other. */
async function startSite(driver: FakeDriver, soak = '300ms') {
  const asked = [{ from: 'staging', to: 'production', soak }];
  const rules = PromotionsSchema.parse(asked);
  const pipeline = await startPipeline({ driver, targets: ['web-1'], promotions: asked });
  const { connection, namespace, queues, store, index } = pipeline;
  const { client } = connection;
  const releases = new RedisReleaseStore(client, namespace);
  const promotions = new RedisPromotionStore(client, namespace);
  const ports = composeCoordinator({
    client,
    queues,
    namespace,
    store,
    index,
    log: SILENT,
    promotionsFrom: ({ environment }) => rules.filter(({ from }) => from === environment),
  });
  const stop = new AbortController();
  const leaders = [lead(ports, stop.signal), lead(ports, stop.signal)];
  onTestFinished(async () => {
    stop.abort();
    await Promise.all(leaders);
  });
  await vi.waitFor(async () => expect(await promotions.cursor()).not.toBeNull(), PATIENCE);
  let made = 0;
  const releaseProducer = new ReleaseProducer({
    configurations: { approval: async () => null },
    releases,
    promotions,
    store,
    clock: systemClock,
    newReleaseId: () => releaseId(`rel_000000000${(made += 1)}`),
  });
  const untilEnd = (id: ReleaseId): Promise<Release> =>
    vi.waitFor(async () => {
      const release = await releases.load(id);
      if (!release || !hasEnded(release)) throw new Error(JSON.stringify(release));
      return release;
    }, PATIENCE);
  const untilPromotion = (status: Promotion['state']['status']): Promise<Promotion> =>
    vi.waitFor(async () => {
      const [newest] = await promotions.list({ open: false, limit: 1 });
      if (newest?.state.status !== status) throw new Error(JSON.stringify(newest));
      return newest;
    }, PATIENCE);
  return { ...pipeline, releases, releaseProducer, promotions, untilEnd, untilPromotion };
}

async function lead(ports: CoordinatorPorts, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    await coordinateRound(ports, stop);
    await systemClock.sleep(100, stop);
  }
}

/** The services whose driver was called for a version, in order. */
const called = (driver: FakeDriver, version: string): readonly string[] =>
  driver.calls.filter((call) => call.version === version).map(({ service }) => service);

const chain = (version: string) => [
  { service: 'db', version },
  { service: 'api', version, after: ['db'] },
  { service: 'web', version, after: ['api'] },
];
const PRODUCTION = environmentName('production');
const active = (service: string) => ({ service: serviceName(service), environment: PRODUCTION });

describe('a release of three services', () => {
  test('brings one after the other to its version; when the last fails, the others go back, last first', async () => {
    const driver = new FakeDriver();
    const { releaseProducer, untilEnd, index, load } = await startSite(driver);
    const first = await releaseProducer.release({ services: chain('1.0.0') });
    expect((await untilEnd(first.release.id)).state).toEqual({ status: 'completed' });
    expect(called(driver, '1.0.0')).toEqual(['db', 'api', 'web']);

    driver.onApply = ({ service, version }) =>
      service === 'web' && version === '2.0.0' ? broken('no disk') : fine;
    const { release } = await releaseProducer.release({ services: chain('2.0.0'), name: 'march' });
    const ended = await untilEnd(release.id);

    expect(ended.state).toMatchObject({ status: 'rolled_back' });
    expect(ended.state).toHaveProperty('reason', expect.stringContaining('web-1: no disk'));
    expect(statuses(ended)).toEqual({ db: 'rolled_back', api: 'rolled_back', web: 'failed' });
    expect(called(driver, '2.0.0')).toEqual(['db', 'api', 'web']);
    expect(called(driver, '1.0.0').slice(3)).toEqual(['web', 'api', 'db']);
    for (const { service, deploymentId } of ended.members) {
      const deployment = await load(deploymentId);
      expect(deployment.state.status).toBe('rolled_back');
      expect(deployment.metadata).toEqual({ release: release.id });
      expect(await index.active(active(service))).toMatchObject({ version: '1.0.0' });
    }
  });

  test('that goes back brings each to a version that was stable there, past those between', async () => {
    const driver = new FakeDriver();
    const { releaseProducer, untilEnd, index } = await startSite(driver);
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
      const { release } = await releaseProducer.release({ services: chain(version) });
      await untilEnd(release.id);
    }
    const services = [...chain('1.0.0').slice(0, 2), { service: 'web', version: '3.0.0' }];

    const back = await releaseProducer.release({ services, rollback: true, name: 'spring' });
    const ended = await untilEnd(back.release.id);

    expect(ended.state).toEqual({ status: 'completed' });
    // Web has that version: nothing was done there.
    expect(called(driver, '1.0.0').slice(3)).toEqual(['db', 'api']);
    const { stable, takenBack } = await index.versions(active('api'));
    expect(stable.map(({ version }) => version)).toEqual(['1.0.0']);
    expect(takenBack.map(({ version }) => version)).toEqual(['3.0.0', '2.0.0']);
    const again = await releaseProducer.release({
      services: [
        { service: 'db', version: '1.0.0' },
        { service: 'api', version: '9.0.0' },
      ],
      rollback: true,
    });
    const refused = await untilEnd(again.release.id);
    expect(refused.state).toMatchObject({
      ...{ status: 'failed', reason: expect.stringContaining('never stable there') },
    });
    expect(await index.active(active('db'))).toMatchObject({ version: '1.0.0' });
  });

  test('fails with the reason of a plan that was refused', async () => {
    const { releaseProducer, untilEnd, producer, until } = await startSite(new FakeDriver());
    const { release } = await releaseProducer.release({
      services: [
        { service: 'db', version: '1.0.0', strategy: { kind: 'rolling', maxUnavailable: 0 } },
      ],
    });
    const ended = await untilEnd(release.id);

    expect(ended.state).toMatchObject({ status: 'failed' });
    expect(ended.state).toHaveProperty('reason', expect.stringMatching(/^db: \S*maxUnavailable/));
    // Nothing of it is left in the way.
    const { deploymentId } = await producer.deploy({ service: 'db', version: '1.0.0' });
    expect((await until(deploymentId)).state.status).toBe('completed');
  });

  test('that is cancelled leaves the running one to its end, and takes it back', async () => {
    const driver = new FakeDriver();
    driver.removes = true;
    // However slow this machine is, the call in hand is not given up.
    Object.assign(driver, { timeoutMs: 60_000 });
    let open = (): void => {};
    const gate = new Promise<typeof fine>((resolve) => {
      open = () => resolve(fine);
    });
    driver.onApply = ({ version }) => (version === '1.0.0' ? gate : fine);
    const { releaseProducer, untilEnd } = await startSite(driver);
    const { release } = await releaseProducer.release({ services: chain('1.0.0') });
    await vi.waitFor(() => expect(called(driver, '1.0.0')).toEqual(['db']), PATIENCE);
    await releaseProducer.cancel(release.id, 'not today', 'ann');
    open();
    const ended = await untilEnd(release.id);

    expect(ended.state).toEqual({
      status: 'rolled_back',
      reason: 'cancelled by ann: not today',
    });
    expect(statuses(ended)).toEqual({ db: 'rolled_back', api: 'skipped', web: 'skipped' });
    expect(driver.runs.get('web-1')).toBeNull();
  });
});

describe('a promotion from staging to production', () => {
  const staging = (version: string) => ({ service: 'api', environment: 'staging', version });

  test('brings what was good in staging for the time of its soak to production', async () => {
    const driver = new FakeDriver();
    const { producer, until, untilPromotion, index } = await startSite(driver);
    const { deploymentId } = await producer.deploy(staging('2.0.0'));
    await until(deploymentId);
    const promotion = await untilPromotion('promoted');
    const promoted = await until(promotion.deploymentId);

    expect(promoted).toMatchObject({
      environment: 'production',
      version: '2.0.0',
      metadata: { promotedFrom: deploymentId },
      state: { status: 'completed' },
    });
    expect(await index.active(active('api'))).toMatchObject({ version: '2.0.0' });
    expect(driver.calls.map(({ environment }) => environment)).toEqual(['staging', 'production']);
  });

  test('does not happen where a newer version came before its soak was over', async () => {
    const driver = new FakeDriver();
    const { producer, until, promotions } = await startSite(driver, '1h');
    const first = await producer.deploy(staging('2.0.0'));
    await until(first.deploymentId);
    const second = await producer.deploy(staging('2.1.0'));
    await until(second.deploymentId);

    await vi.waitFor(async () => {
      const all = await promotions.list({ open: false, limit: 10 });
      expect(all.map(({ version, state }) => [version, state.status])).toEqual([
        ['2.1.0', 'soaking'],
        ['2.0.0', 'dropped'],
      ]);
      expect(all[1]?.state).toHaveProperty('reason', expect.stringContaining('replaced by 2.1.0'));
    }, PATIENCE);
    expect(driver.calls.map(({ environment }) => environment)).toEqual(['staging', 'staging']);
  });
});
