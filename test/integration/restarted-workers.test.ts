import { expect, test } from 'vitest';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import { FakeDriver } from '../support/fake-services.js';
import { chanceFrom, pick } from '../support/chance.js';
import { howMany } from '../support/how-many.js';
import { startPipeline } from '../support/pipeline.js';
import { spawnWorker } from '../support/spawn-worker.js';

const SERVICES = ['api', 'web', 'shop'];
/** What a worker may be configured for; each leaves somebody's jobs to others. */
const CONFIGURATIONS = ['api', 'web', 'shop', 'api,web', 'web,shop', 'shop,api'] as const;

test('four workers, killed and restarted with other configurations in a loop, fail nothing for want of a configuration', async () => {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
  const { producer, url: REDIS, namespace: NAMESPACE, until, index } = pipeline;
  const many = howMany({ few: 9, full: 300 });
  const seed = Date.now() % 100_000;
  const chance = chanceFrom(seed);
  const hire = async () => {
    const KNOWS = pick(chance, CONFIGURATIONS);
    return spawnWorker({ REDIS, NAMESPACE, KNOWS, CALL_MS: '20' });
  };
  const team = await Promise.all(Array.from({ length: 4 }, hire));
  const over = new AbortController();
  const restart = async (): Promise<void> => {
    for (let at = 0; !over.signal.aborted; at = (at + 1) % team.length) {
      await systemClock.sleep(1_500, over.signal);
      const one = team[at];
      one?.process.kill('SIGKILL');
      await one?.ended;
      team[at] = await hire();
    }
  };
  const restarting = restart();

  const ids: string[] = [];
  for (let at = 0; at < many; at++) {
    const service = SERVICES[at % SERVICES.length] ?? 'api';
    const { deploymentId } = await producer.deploy({ service, version: `1.0.${at}` });
    ids.push(deploymentId);
    await systemClock.sleep(50);
  }
  // The last of each are carried out by workers that stay: everybody's service has one.
  over.abort();
  await restarting;
  for (const KNOWS of SERVICES) await spawnWorker({ REDIS, NAMESPACE, KNOWS, CALL_MS: '20' });

  const endings = new Map<string, number>();
  for (const id of ids) {
    const { state } = await until(id);
    endings.set(state.status, (endings.get(state.status) ?? 0) + 1);
  }
  expect({ seed, endings: Object.fromEntries(endings) }).toEqual({
    seed,
    endings: { completed: many },
  });
  expect((await index.counters()).completed).toBe(many);
  for (const name of ['plan', 'execute'] as const) {
    expect(await pipeline.queues.queue(name).getFailedCount()).toBe(0);
  }
}, 900_000);
