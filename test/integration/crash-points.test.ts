import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { PLAN_STATUSES } from '../../src/domain/model/deployment/plan-state.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';
import { someOf } from '../support/some-of.js';
import { spawnWorker } from '../support/spawn-worker.js';

function ledgerFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-ledger-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'ledger');
}

/** Whatever happened, these hold. */
async function expectConsistent({ index }: Pipeline, id: string): Promise<void> {
  const { items } = await index.history({ limit: 200 });
  const counters = await index.counters();
  for (const status of PLAN_STATUSES) {
    expect(counters[status]).toBe(items.filter(({ state }) => state.status === status).length);
  }
  const deployment = items.find((item) => item.id === id);
  const events = deployment ? await index.events(deployment.id) : [];
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, at) => at + 1));
  expect(events).toHaveLength(deployment?.revision ?? -1);
}

const around = (...calls: readonly string[]): readonly string[] =>
  calls.flatMap((call) => [`${call}:before`, `${call}:after`]);

/** The worker dies there; the next one must bring the deployment to its end all the same. */
async function dieAt(CRASH_AT: string, CHECKED: string): Promise<void> {
  const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
  const { producer, url: REDIS, namespace: NAMESPACE, until, index } = pipeline;
  const LEDGER = ledgerFile();
  const env = { REDIS, NAMESPACE, LEDGER, CHECKED };
  const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });

  const first = await spawnWorker({ ...env, CRASH_AT });
  await first.ended;
  expect(first.process.signalCode).toBe('SIGKILL');
  await spawnWorker(env);
  const ended = await until(deploymentId);

  expect(ended.state.status).toBe('completed');
  await expectConsistent(pipeline, deploymentId);
  const events = await index.events(ended.id);
  for (const target of ended.plan.targets) {
    const updates = events.filter(
      ({ event }) => event.type === 'deployment.target_updated' && event.target === target.id,
    );
    expect(updates).toHaveLength(1);
  }
  // One effect may be repeated: the one whose report died with the worker.
  const begun = readFileSync(LEDGER, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('begin'));
  expect(begun.length).toBeLessThanOrEqual(4);
}

type Points = readonly [doing: string, points: ReturnType<typeof around>, checked: '' | '1'];

const POINTS: readonly Points[] = [
  ['planning', around('create:1'), ''],
  ['claiming work', around('claim:1'), ''],
  ['writing the first transitions', around('append:1', 'append:2', 'append:3'), ''],
  ['writing the last transition', around('append:4'), ''],
  ['claiming what is to be checked, and judging it', around('claim:2', 'append:5'), '1'],
];

describe('a worker that is killed', () => {
  test.each(someOf(POINTS, 1, Date.now()))(
    'before or after a write while %s loses nothing: the next one completes the deployment',
    async (_, points, checked) => {
      await Promise.all(points.map((point) => dieAt(point, checked)));
    },
  );
});

describe('a worker that freezes longer than its lease', () => {
  test('finds itself superseded when it wakes: what it writes is refused', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { producer, url: REDIS, namespace: NAMESPACE, until, load } = pipeline;
    const LEDGER = ledgerFile();
    const env = { REDIS, NAMESPACE, LEDGER, CALL_MS: '400' };
    const zombie = await spawnWorker(env);
    const { deploymentId } = await producer.deploy({ service: 'api', version: '1' });
    await until(deploymentId, 'executing');
    zombie.process.kill('SIGSTOP');
    await spawnWorker(env);
    const ended = await until(deploymentId);
    zombie.process.kill('SIGCONT');
    const memory = await zombie.memory();

    expect(memory).toBeGreaterThan(0);
    expect(ended.state.status).toBe('completed');
    expect(await load(deploymentId)).toEqual(ended);
    await expectConsistent(pipeline, deploymentId);
  });
});
