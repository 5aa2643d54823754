import { OpenFeature } from '@openfeature/server-sdk';
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { SignalboxProvider } from '../../src/adapters/flags/openfeature-provider.js';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { patientConnection } from '../../src/adapters/redis/connection/connection.js';
import { RedisFlagStore } from '../../src/adapters/flags/flag-store.redis.js';
import { RedisPromotionStore } from '../../src/adapters/redis/releases/promotion-store.redis.js';
import { RedisReleaseStore } from '../../src/adapters/redis/releases/release-store.redis.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { createProducer } from '../../src/app/session/compose-producer.js';
import { composeServer } from '../../src/app/server/compose-server.js';
import { composeWorker } from '../../src/app/workers/compose.js';
import { openSession } from '../../src/app/session/open-session.js';
import { subscribe } from '../../src/app/session/subscribe.js';
import type { CliSession } from '../../src/cli/session/cli-ports.js';
import { type ConfigInput, ConfigSchema } from '../../src/contracts/config/config.schema.js';
import { audit } from '../../src/domain/audit/audit.js';
import { deploymentId, version } from '../../src/domain/model/ids.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { ReleaseProducer } from '../../src/producers/release-producer.js';
import { broken, FakeDriver, FakeServices, fine } from '../support/fake-services.js';
import { API } from '../support/fixtures.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = 'users-do-their-job';
const PATIENCE = { timeout: 30_000, interval: 20 };

afterAll(() => OpenFeature.close());

/** A worker of its role on a Redis whose users are the generated ones, and the command line's session. */
async function startSite(retention?: ConfigInput['retention']) {
  const redis = await startRedisWithUsers(NAMESPACE);
  const driver = new FakeDriver();
  driver.removes = true;
  const services = new FakeServices({ driver });
  const host = await composeWorker({
    connection: redis.urlOf('worker'),
    config: ConfigSchema.parse({
      namespace: NAMESPACE,
      services: { '*': { promotions: [{ from: 'staging', to: 'production', soak: '1s' }] } },
      retention,
    }),
    log: SILENT,
    services: () => services,
  });
  onTestFinished(() => host.stop());
  const admin = await openSession({ redis: redis.urlOf('admin'), namespace: NAMESPACE }, {});
  onTestFinished(() => admin.close());
  const producer = createProducer({ connection: redis.urlOf('publisher'), namespace: NAMESPACE });
  onTestFinished(() => producer.close());
  return { redis, driver, admin, producer };
}

/**
 * Done without where it is refused: BullMQ would note its version in `meta` whenever a queue is opened,
 * and Bull Board would count workers by a list of everybody's connections.
 */
const QUIET = [
  /^\S+-(publisher|admin|board) toplevel key \S+:(plan|execute|verify|rollback):meta$/,
  /^\S+-board toplevel command client\|list$/,
];

const loud = async (site: Awaited<ReturnType<typeof startSite>>): Promise<readonly string[]> =>
  (await site.redis.refusals()).filter((refusal) => !QUIET.some((known) => known.test(refusal)));

const untilEnded = (admin: CliSession, id: string) =>
  vi.waitFor(async () => {
    const found = await admin.store.load(deploymentId(id));
    if (!found || !isTerminal(found.state.status)) throw new Error(JSON.stringify(found?.state));
    return found.state.status;
  }, PATIENCE);

const request = { service: 'api', version: '1.0.0' };

describe('the generated users', () => {
  test('publish, carry out, follow, roll back and audit deployments, and are refused nothing on the way', async () => {
    const site = await startSite();
    const { redis, driver, admin, producer } = site;
    const seen: string[] = [];
    const stop = new AbortController();
    const follow = async (): Promise<void> => {
      const events = subscribe({
        connection: redis.urlOf('subscriber'),
        namespace: NAMESPACE,
        from: 'beginning',
        signal: stop.signal,
      });
      for await (const { type } of events) seen.push(type);
    };
    const followed = follow();

    const first = await producer.deploy(request);
    expect(await untilEnded(admin, first.deploymentId)).toBe('completed');
    const draft = await producer.plan({ ...request, version: '2.0.0' });
    await vi.waitFor(async () =>
      expect(await admin.producer.approve(draft.deploymentId, 'ann')).toBe('approved'),
    );
    expect(await untilEnded(admin, draft.deploymentId)).toBe('completed');
    driver.onApply = (call) => (call.version === '3.0.0' ? broken('no disk') : fine);
    const bad = await producer.deploy({ ...request, version: '3.0.0' });
    expect(await untilEnded(admin, bad.deploymentId)).toBe('rolled_back');
    await producer.verify(bad.deploymentId);
    await producer.execute(bad.deploymentId);
    await producer.rollback({ service: 'api', reason: 'slow' });
    await vi.waitFor(async () =>
      expect((await admin.store.load(draft.deploymentId))?.state.status).toBe('rolled_back'),
    );
    await vi.waitFor(() =>
      expect(seen.filter((type) => type === 'deployment.rolled_back')).toHaveLength(2),
    );
    stop.abort();
    await followed;
    const auditor = patientConnection(redis.urlOf('auditor'));
    onTestFinished(() => auditor.close());
    const report = await audit(new RedisAuditSource(auditor.client, NAMESPACE));

    expect(report.findings).toEqual([]);
    expect(report.looked.deployments).toBe(3);
    expect(await loud(site)).toEqual([]);
  });

  test('freeze, release automation, and carry releases and promotions out', async () => {
    const site = await startSite();
    const { admin, redis } = site;
    const connection = patientConnection(redis.urlOf('admin'));
    onTestFinished(() => connection.close());
    const promotions = new RedisPromotionStore(connection.client, NAMESPACE);
    const releases = new ReleaseProducer({
      configurations: { approval: async () => null },
      releases: new RedisReleaseStore(connection.client, NAMESPACE),
      promotions,
      store: admin.store,
      clock: systemClock,
      newReleaseId: () => releaseId('rel_0000000001'),
    });

    const { id } = await admin.freezes.freeze({ scope: {}, reason: 'holidays', by: 'ann' });
    await admin.freezes.unfreeze(id, 'ann');
    expect(await admin.freezes.list()).toEqual([]);
    expect(await admin.freezes.automationHold(API)).toBeNull();
    await vi.waitFor(async () => expect(await promotions.cursor()).not.toBeNull(), PATIENCE);
    await releases.release({ services: [{ service: 'db', version: '1' }], environment: 'staging' });

    await vi.waitFor(async () => {
      const [newest] = await promotions.list({ open: false, limit: 1 });
      expect(newest?.state.status).toBe('promoted');
    }, PATIENCE);
    expect(await loud(site)).toEqual([]);
  });

  test('let go of what nobody needs', async () => {
    const site = await startSite({ deployments: 0, keep: 1, atLeast: 0, promotions: 0, jobs: 0 });
    const { admin, producer, driver } = site;
    driver.onApply = (call) => (call.version?.startsWith('bad') ? broken('no disk') : fine);
    const ids: string[] = [];
    for (const wanted of ['bad-1', 'bad-2', '2.0.0', '3.0.0']) {
      const { deploymentId: id } = await producer.deploy({ ...request, version: wanted });
      await untilEnded(admin, id);
      ids.push(id);
    }

    await vi.waitFor(async () => {
      const [first = ''] = ids;
      expect(await admin.store.load(deploymentId(first))).toBeUndefined();
    }, PATIENCE);
    expect((await admin.index.history({ limit: 1 })).items).toMatchObject([{ version: '3.0.0' }]);
    expect(await loud(site)).toEqual([]);
  });

  test('serve pages and a board that only reads', async () => {
    const site = await startSite();
    const { admin, redis, producer } = site;
    const { deploymentId: id, jobId } = await producer.deploy(request);
    await untilEnded(admin, id);
    const server = await composeServer({
      connection: redis.urlOf('board'),
      namespace: NAMESPACE,
      host: '127.0.0.1',
      port: 0,
      writableBoard: false,
    });
    onTestFinished(() => server.close());
    const states = ['active', 'waiting', 'prioritized', 'completed', 'failed', 'delayed', 'paused'];
    const paths = [
      ...['/healthz', '/readyz', `/deployments/${id}`, '/queues', '/queues/api/queues'],
      ...states.map((state) => `/queues/api/queues?activeQueue=plan&status=${state}&page=1`),
      ...['', '/logs'].map((part) => `/queues/api/queues/plan/${jobId}${part}`),
    ];

    const answers = await Promise.all(
      paths.map(async (path) => `${path} ${(await fetch(new URL(path, server.address))).status}`),
    );

    expect(answers).toEqual(paths.map((path) => `${path} 200`));
    expect(await loud(site)).toEqual([]);
  });

  test('read in applications the flags that workers set', async () => {
    const site = await startSite();
    const { redis } = site;
    const connection = patientConnection(redis.urlOf('worker'));
    onTestFinished(() => connection.close());
    const { environment } = API;
    const flags = new RedisFlagStore(connection.client, { namespace: NAMESPACE, environment });
    const provider = new SignalboxProvider({
      connection: redis.urlOf('flags'),
      namespace: NAMESPACE,
    });
    const call = {
      ...API,
      version: version('1.0.0'),
      deploymentId: deploymentId('dep_0000000001'),
      fence: 1,
    };
    await OpenFeature.setProviderAndWait('users', provider);
    const application = OpenFeature.getClient('users');

    await flags.set(call, 'ff_api', 100, new AbortController().signal);

    await vi.waitFor(async () =>
      expect(await application.getBooleanValue('ff_api', false, { targetingKey: 'u' })).toBe(true),
    );
    expect(await loud(site)).toEqual([]);
  });
});
