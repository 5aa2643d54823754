import { describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import {
  OtherRecordFormat,
  RECORD_FORMAT,
} from '../../src/adapters/redis/connection/record-format.js';
import { subscribe } from '../../src/app/session/subscribe.js';
import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import { showView } from '../../src/contracts/views/deployment-view.js';
import { type DeploymentId, deploymentId } from '../../src/domain/model/ids.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

type Fields = Readonly<Record<string, unknown>>;

const standing = { kind: 'rolling' as const, pauseAfterFirst: true };

/** A deployment that one target of three was updated by, and that waits for a person. */
async function halfway(pipeline: Pipeline): Promise<DeploymentId> {
  const { producer, load } = pipeline;
  const published = await producer.deploy({ service: 'api', version: '2.0.0' });
  const id = deploymentId(published.deploymentId);
  await vi.waitFor(
    async () => expect((await load(id)).state).toMatchObject({ gate: expect.anything() }),
    { timeout: 20_000 },
  );
  return id;
}

/** What a later version may add anywhere in a record: a field of its own, and fields in what all versions write. */
async function addFields({ connection, namespace }: Pipeline, id: DeploymentId): Promise<void> {
  const { client } = connection;
  const { record, targets } = keysOf(namespace).deployment(id);
  const widen = async (key: string, field: string, change: (was: Fields) => Fields) => {
    const was: Fields = JSON.parse((await client.hget(key, field)) ?? 'null');
    await client.hset(key, field, JSON.stringify(change(was)));
  };
  await client.hset(record, 'weather', JSON.stringify({ kind: 'storm' }));
  const add = (was: Fields): Fields => ({ ...was, novelty: { since: 3 } });
  for (const field of ['state', 'progress']) await widen(record, field, add);
  await widen(record, 'head', (head) => ({
    ...add(head),
    plan: {
      ...add(head['plan'] as Fields),
      policy: add((head['plan'] as Fields)['policy'] as Fields),
    },
  }));
  await widen(targets, 'web-1', add);
}

/** As append-transition.lua would for a version that has one more type of event. */
async function addEvent(
  { connection, namespace, load }: Pipeline,
  id: DeploymentId,
): Promise<number> {
  const { client } = connection;
  const keys = keysOf(namespace);
  const own = keys.deployment(id);
  const { revision, service, environment, version, state } = await load(id);
  const sequence = revision + 1;
  const [at, actor] = [Date.now(), 'worker-of-tomorrow'];
  const event = {
    type: 'deployment.consulted',
    oracle: 'delphi',
    step: { of: 'a kind unknown here' },
  };
  const { type, ...data } = event;
  const number = await client.hincrby(keys.counters, 'sequence', 1);
  await client
    .multi()
    .hset(own.record, 'rev', sequence)
    .rpush(own.events, JSON.stringify({ at, actor, event, mood: 'calm' }))
    .xadd(
      keys.events,
      `${number}-0`,
      ...['sequence', String(sequence), 'type', type, 'time', new Date(at).toISOString()],
      ...['deploymentId', id, 'service', service, 'environment', environment, 'version', version],
      ...['state', state.status, 'actor', actor, 'data', JSON.stringify(data), 'mood', 'calm'],
    )
    .exec();
  return sequence;
}

describe('a worker beside a newer one of the same record format', () => {
  test('loads, lists, shows and carries on a record with fields it does not know, and keeps them', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver, strategy: standing });
    const { index, connection, namespace, producer, until, load } = pipeline;
    const id = await halfway(pipeline);

    await addFields(pipeline, id);

    const loaded = await load(id);
    expect(loaded).toMatchObject({ id, version: '2.0.0', state: { status: 'executing' } });
    expect((await index.history({ limit: 10 })).items).toEqual([loaded]);
    expect(showView(loaded, await index.events(id))).toMatchObject({ id, state: 'executing' });

    await producer.promote(id, 'ann');
    expect((await until(id)).state.status).toBe('completed');
    expect(driver.calls.map(({ target }) => target.id)).toEqual(['web-1', 'web-2', 'web-3']);
    const { record, targets } = keysOf(namespace).deployment(id);
    const { client } = connection;
    expect(await client.hget(record, 'weather')).toBe('{"kind":"storm"}');
    const novelty = { novelty: { since: 3 } };
    expect(JSON.parse((await client.hget(record, 'progress')) ?? '')).toMatchObject(novelty);
    expect(JSON.parse((await client.hget(record, 'head')) ?? '')).toMatchObject(novelty);
    expect(JSON.parse((await client.hget(targets, 'web-1')) ?? '')).toMatchObject(novelty);
  });

  test('tells an event of a type it does not know by its name, and carries on behind it', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver, strategy: standing });
    const { url, index, namespace, producer, until, load } = pipeline;
    const id = await halfway(pipeline);

    const sequence = await addEvent(pipeline, id);

    const events = await index.events(id);
    const shown = showView(await load(id), events).events;
    expect(shown.at(-1)).toMatchObject({
      ...{ sequence, type: 'deployment.consulted', state: 'executing' },
      data: { oracle: 'delphi' },
    });

    await producer.promote(id, 'ann');
    const ended = await until(id);
    expect(ended.state.status).toBe('completed');
    expect(driver.calls.map(({ target }) => target.id)).toEqual(['web-1', 'web-2', 'web-3']);
    const told: string[] = [];
    for await (const event of subscribe({ connection: url, namespace, from: 'beginning' })) {
      expect(event.sequence).toBe(told.length + 1);
      told.push(event.type);
      if (event.sequence === ended.revision) break;
    }
    expect(told[sequence - 1]).toBe('deployment.consulted');
    expect(told.at(-1)).toBe('deployment.completed');
    const last = showView(ended, await index.events(id)).events.at(-1);
    expect(last).toMatchObject({ type: 'deployment.completed', state: 'completed' });
  });

  test('refuses a job of a later schema with the reason, does nothing of it, and goes on with what is owed', async () => {
    const driver = new FakeDriver();
    const pipeline = await startPipeline({ driver, strategy: standing });
    const { index, queues, producer, until, load } = pipeline;
    const id = await halfway(pipeline);
    const before = await load(id);
    const calls = driver.calls.length;
    const later = { schema: 2, deploymentId: id, hurry: true };
    const request = { schema: 2, service: 'web', version: '3.0.0', hurry: true };

    const jobs = await Promise.all([
      queues.queue('plan').add('plan-deployment', request),
      queues.queue('execute').add('execute-deployment', later),
      queues.queue('verify').add('verify-deployment', later),
      queues.queue('rollback').add('rollback-deployment', later),
    ]);

    for (const { id: jobId = '', queueName } of jobs) {
      await vi.waitFor(async () => {
        const job = await queues.queue(queueName as QueueName).getJob(jobId);
        expect(job?.failedReason).toContain(
          'schema: 2 is of a newer version than this, expected 1',
        );
        // Asking again would not help.
        expect(job?.attemptsMade).toBe(1);
      });
    }
    expect(await load(id)).toEqual(before);
    expect(driver.calls).toHaveLength(calls);
    expect((await index.history({ limit: 10 })).items.map((one) => one.id)).toEqual([id]);
    await producer.promote(id, 'ann');
    expect((await until(id)).state.status).toBe('completed');
  });

  test('refuses to start on records of another format, and leaves those that run alone', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver() });
    const { connection, namespace, producer, until, startWorker } = pipeline;
    const { format } = keysOf(namespace);
    expect(await connection.client.get(format)).toBe(String(RECORD_FORMAT));
    const other = String(RECORD_FORMAT + 1);
    await connection.client.set(format, other);

    const refused = startWorker();

    await expect(refused).rejects.toThrow(OtherRecordFormat);
    expect(await connection.client.get(format)).toBe(other);
    const { deploymentId: id } = await producer.deploy({ service: 'api', version: '1.0.0' });
    expect((await until(id)).state.status).toBe('completed');
  });

  test('notes its format again where it was lost, as with a Redis that forgot everything', async () => {
    const { connection, namespace, startWorker } = await startPipeline({
      driver: new FakeDriver(),
    });
    const { format } = keysOf(namespace);
    await connection.client.del(format);

    await startWorker();

    expect(await connection.client.get(format)).toBe(String(RECORD_FORMAT));
  });
});
