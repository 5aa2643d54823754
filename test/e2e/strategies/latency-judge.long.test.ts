import { afterEach, describe, expect, test, vi } from 'vitest';
import { createWorker } from '../../../src/app/workers/create-worker.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { isTerminal } from '../../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../../src/domain/ports/log.js';
import { FakeDriver } from '../../support/fake-services.js';
import { type LatencyRun, startLatencyExporter } from '../../support/latency-exporter.js';
import { startPipeline } from '../../support/pipeline.js';
import { startPrometheus } from '../../support/prometheus-server.js';
import { binomialInterval } from './share.js';

const SEEDS = 50;
const CONFIDENCE = 0.95;

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

const runsOf = (kind: string, factor: number, from: number): readonly LatencyRun[] =>
  Array.from({ length: SEEDS }, (_, at) => ({ name: `${kind}-${at}`, factor, seed: from + at }));

/** Seconds per request, over two scrapes: samples that do not overlap at a step of as long. */
const meanOf = (metric: string): string =>
  `rate(${metric}_sum{run="{service}",version="{version}"}[2s]) / rate(${metric}_count{run="{service}",version="{version}"}[2s])`;

const SERVICE = {
  driver: { kind: 'command', argv: ['true'] },
  targets: [{ id: 'a' }, { id: 'b' }],
  strategy: { kind: 'canary', stages: [{ targets: 50, analyze: 'latency' }, { targets: 100 }] },
  analyses: {
    latency: {
      ...{ interval: '6s', count: 8, initialDelay: '2s', confidence: CONFIDENCE },
      metrics: [
        {
          ...{ name: 'latency', kind: 'latency', source: 'prom', step: '2s' },
          query: meanOf('latency_seconds'),
          ...{ baseline: 'stable', maxIncrease: '10%', critical: true },
        },
      ],
    },
  },
} as const;

describe('a latency analysis over a real Prometheus', () => {
  test(`catches 30 % and lets 5 % pass, over ${SEEDS} seeded runs of each`, async () => {
    const slow = runsOf('slow', 1.3, 1_000);
    const fine = runsOf('fine', 1.05, 2_000);
    const exporter = await startLatencyExporter([...slow, ...fine]);
    undo.push(() => exporter.close());
    const jobs = [{ name: 'runs', targets: [{ address: exporter.address }] }];
    const prometheus = await startPrometheus({ jobs });
    undo.push(() => prometheus.dispose());
    const pipeline = await startPipeline({ workers: 0, driver: new FakeDriver() });
    const worker = await createWorker({
      connection: pipeline.url,
      log: SILENT,
      config: {
        namespace: pipeline.namespace,
        metricSources: { prom: { kind: 'prometheus', url: prometheus.url } },
        services: { '*': structuredClone(SERVICE) as never },
        worker: { concurrency: 100 },
      },
    });
    undo.push(() => worker.stop());
    // On a busy machine Prometheus may have nothing for a whole round: then it is asked once more.
    const verdictOf = async (service: string, again = true): Promise<Deployment> => {
      const { deploymentId } = await pipeline.producer.deploy({ service, version: '2.0.0' });
      const found = await ended(pipeline, deploymentId);
      if (found.state.status !== 'paused' || !again) return found;
      await pipeline.producer.abort(deploymentId, 'too little data', 'ann');
      await ended(pipeline, deploymentId);
      return verdictOf(service, false);
    };
    const verdictsOf = (runs: readonly LatencyRun[]): Promise<readonly Deployment[]> =>
      Promise.all(runs.map(({ name }) => verdictOf(name)));
    const first = await Promise.all(
      [...slow, ...fine].map(({ name }) =>
        pipeline.producer.deploy({
          ...{ service: name, version: '1.0.0', strategy: { kind: 'rolling' } },
        }),
      ),
    );
    for (const { deploymentId } of first) await ended(pipeline, deploymentId);
    const [slowOnes, fineOnes] = await Promise.all([verdictsOf(slow), verdictsOf(fine)]);

    const missed = slowOnes.filter(({ state }) => state.status !== 'rolled_back').length;
    const alarms = fineOnes.filter(({ state }) => state.status === 'rolled_back').length;
    const nominal = (1 - CONFIDENCE) / 2;
    console.log(
      `30 % slower, 10 % allowed: ${missed} of ${SEEDS} missed; 5 % slower: ${alarms} of ${SEEDS} false alarms, nominal at the very limit at most ${100 * nominal} %`,
    );
    expect(binomialInterval(alarms, SEEDS)[0]).toBeLessThanOrEqual(nominal);
    expect(missed).toBe(0);
    expect(fineOnes.map(({ state }) => state.status)).toContain('completed');
  }, 300_000);
});

const ended = (
  { load }: Awaited<ReturnType<typeof startPipeline>>,
  id: string,
): Promise<Deployment> =>
  vi.waitFor(
    async () => {
      const found = await load(id);
      const { status } = found.state;
      if (!isTerminal(status) && status !== 'paused') throw new Error(JSON.stringify(found.state));
      return found;
    },
    { timeout: 240_000, interval: 500 },
  );
