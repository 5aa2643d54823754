import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import {
  type CloudEvent,
  CloudEventSchema,
} from '../../src/contracts/events/cloud-event.schema.js';
import { EventsRestarted, EventsTrimmed } from '../../src/events/position-gap.js';
import { subscribe, type SubscribeOptions } from '../../src/app/session/subscribe.js';
import type { DeploymentEvent } from '../../src/domain/ports/event-log.js';
import {
  DeploymentEventSchema,
  EVENT_TYPES,
} from '../../src/contracts/events/deployment-event.schema.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';
import { startOwnRedis } from '../support/redis.js';

/** Reads until an event satisfies the condition; that one included. */
async function readUntil(
  options: SubscribeOptions,
  last: (event: DeploymentEvent) => boolean,
): Promise<DeploymentEvent[]> {
  const seen: DeploymentEvent[] = [];
  for await (const event of subscribe(options)) {
    seen.push(event);
    if (last(event)) break;
  }
  return seen;
}

const isEnd = ({ type }: DeploymentEvent): boolean => type === 'deployment.completed';

describe('a subscriber', () => {
  test('sees every event of a deployment once, in order, in the published form', async () => {
    const {
      producer,
      url: connection,
      namespace,
    } = await startPipeline({ driver: new FakeDriver() });
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });

    const seen = await readUntil({ connection, namespace, from: 'beginning' }, isEnd);

    expect(seen.map(({ sequence }) => sequence)).toEqual(seen.map((_, at) => at + 1));
    expect(seen.map(({ type }) => type)).toEqual([
      'deployment.planned',
      'deployment.approved',
      'deployment.started',
      ...[0, 1, 2].flatMap(() => [
        'deployment.target_started',
        'deployment.target_updated',
        'deployment.step_completed',
      ]),
      'deployment.verifying',
      'deployment.verified',
      'deployment.completed',
    ]);
    for (const event of seen) {
      expect(DeploymentEventSchema.parse(event)).toEqual(event);
      expect(EVENT_TYPES).toContain(event.type);
      expect(event.deploymentId).toBe(deploymentId);
    }
    expect(seen.at(-1)).toMatchObject({ state: 'completed', service: 'api', version: '1' });
  });

  test('goes on behind the id it stopped at, missing nothing', async () => {
    const {
      producer,
      url: connection,
      namespace,
      until,
    } = await startPipeline({ driver: new FakeDriver() });
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    await until(deploymentId);

    const first = await readUntil(
      { connection, namespace, from: 'beginning' },
      ({ sequence }) => sequence === 4,
    );
    const rest = await readUntil(
      { connection, namespace, from: { after: first.at(-1)?.id ?? '' } },
      isEnd,
    );

    expect([...first, ...rest].map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 15 }, (_, at) => at + 1),
    );
  });

  test('from now on sees only what comes, and only of the service it asked for', async () => {
    const {
      producer,
      url: connection,
      namespace,
      until,
    } = await startPipeline({ driver: new FakeDriver() });
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);
    const stop = new AbortController();
    const events = subscribe({ connection, namespace, service: 'web', signal: stop.signal });
    const first = events.next();
    await until((await producer.deploy({ service: 'api', version: '2' })).deploymentId);
    const { deploymentId } = await producer.deploy({ service: 'web', version: '1' });

    const { value } = await first;

    expect(value).toMatchObject({ type: 'deployment.planned', service: 'web', deploymentId });
    stop.abort();
    await events.return();
  });

  test('survives a restart of Redis', async () => {
    const redis = await startOwnRedis();
    onTestFinished(() => redis.dispose());
    const { producer, until } = await startPipeline({
      driver: new FakeDriver(),
      redisUrl: redis.url,
      namespace: 'restart',
    });
    const reading = readUntil(
      { connection: redis.url, namespace: 'restart', from: 'beginning' },
      ({ type, version }) => type === 'deployment.completed' && version === '2',
    );
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);
    await redis.stop();
    await redis.start();
    await until((await producer.deploy({ service: 'api', version: '2' })).deploymentId);

    const seen = await reading;

    expect(seen.map(({ id }) => id)).toEqual(seen.map((_, at) => `${at + 1}-0`));
  });

  test('is told when events behind its position are no longer kept', async () => {
    const { producer, url, namespace, until, connection } = await startPipeline({
      driver: new FakeDriver(),
    });
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);
    await connection.client.xtrim(keysOf(namespace).events, 'MAXLEN', 5);

    const reading = readUntil({ connection: url, namespace, from: { after: '2-0' } }, isEnd);

    await expect(reading).rejects.toThrow(EventsTrimmed);
  });

  test.each(['500-0', '16-0'])(
    'is told that there is no event %s, and which is the newest',
    async (after) => {
      const { producer, url, namespace, until } = await startPipeline({ driver: new FakeDriver() });
      await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);

      const reading = readUntil({ connection: url, namespace, from: { after } }, isEnd);

      await expect(reading).rejects.toThrow(EventsRestarted);
      await expect(reading).rejects.toThrow(`there is no event ${after}: the newest is 15-0`);
    },
  );

  test('that follows is told when the events begin anew', async () => {
    const { producer, url, namespace, until, connection } = await startPipeline({
      driver: new FakeDriver(),
    });
    await until((await producer.deploy({ service: 'api', version: '1' })).deploymentId);
    const reading = subscribe({ connection: url, namespace, from: { after: '14-0' } });
    expect((await reading.next()).value).toMatchObject({ id: '15-0' });

    await connection.client.del(keysOf(namespace).events);

    await expect(reading.next()).rejects.toThrow('there is no event 15-0: there are no events');
  });

  test('is told of a position that is none', async () => {
    const { url, namespace } = await startPipeline({ driver: new FakeDriver() });

    const reading = readUntil({ connection: url, namespace, from: { after: 'x' } }, isEnd);

    await expect(reading).rejects.toThrow('from.after: expected the id of an event such as 42-0');
  });

  test('gets CloudEvents where it asks for them, and its types follow', async () => {
    const { producer, url, namespace, until } = await startPipeline({ driver: new FakeDriver() });
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    await until(deploymentId);
    const from = 'beginning' as const;
    const told = subscribe({ connection: url, namespace, from, format: 'cloudevents' });
    const plain = subscribe({ connection: url, namespace, from });

    const [{ value: envelope }, { value: event }] = [await told.next(), await plain.next()];

    expectTypeOf(told).toEqualTypeOf<AsyncGenerator<CloudEvent, void, undefined>>();
    expectTypeOf(plain).toEqualTypeOf<AsyncGenerator<DeploymentEvent, void, undefined>>();
    expect(CloudEventSchema.parse(envelope)).toEqual(envelope);
    expect(envelope).toMatchObject({ id: event?.id, subject: 'production/api', data: event });
    await Promise.all([told.return(), plain.return()]);
  });

  test('is told of a format that is none', async () => {
    const format: string = 'xml';
    // @ts-expect-error -- a caller without a compiler
    const reading = subscribe({ connection: 'redis://127.0.0.1:1', format });

    await expect(reading.next()).rejects.toThrow(
      'format: expected plain or cloudevents, got "xml"',
    );
  });
});
