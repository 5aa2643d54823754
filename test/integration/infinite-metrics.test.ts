import { onTestFinished, describe, expect, test } from 'vitest';
import { createMetricSource } from '../../src/adapters/metrics/metric-source-registry.js';
import { analysisSections } from '../../src/api/pages/analysis-section.js';
import { AnalysisSchema } from '../../src/contracts/config/analysis.schema.js';
import { MetricSourceSchema } from '../../src/contracts/config/metric-source.schema.js';
import { showView } from '../../src/contracts/views/deployment-view.js';
import { serve } from '../adapters/metrics/source-fixtures.js';
import { FakeDriver } from '../support/fake-services.js';
import { startPipeline } from '../support/pipeline.js';

/** A canary whose one metric is answered with these values, by an answer with this beside them. */
async function judgedBy(samples: readonly string[], beside: object = {}, rule: object = {}) {
  const server = await serve((request, response) => {
    request.resume();
    const result = samples.map((text, at) => ({ metric: { pod: `p${at}` }, value: [1, text] }));
    const body = { status: 'success', ...beside, data: { resultType: 'vector', result } };
    response.end(JSON.stringify(body));
  });
  onTestFinished(async () => server.close());
  const metric = {
    ...{ name: 'errors', kind: 'threshold', source: 'p', query: 'q', max: 0.01, noData: 'pass' },
    ...rule,
  };
  const analysis = { interval: '100ms', count: 2, onInconclusive: 'fail', metrics: [metric] };
  const spec = MetricSourceSchema.parse({ kind: 'prometheus', url: server.url });
  const { producer, until, index } = await startPipeline({
    ...{ driver: new FakeDriver(), targets: ['w1', 'w2'], policy: { onFailure: 'hold' } },
    analyses: [{ name: 'a', ...AnalysisSchema.parse(analysis) }],
    runtime: { metrics: () => createMetricSource(spec) },
    strategy: { kind: 'canary', stages: [50, 100], analysis: { name: 'a' } },
  });
  const { deploymentId } = await producer.deploy({ service: 'api', version: '2' });
  const deployment = await until(deploymentId);
  const page = analysisSections(deployment)
    .map(({ text }) => text)
    .join('');
  const shown = JSON.stringify(showView(deployment, await index.events(deployment.id)));
  return { status: deployment.state.status, page, shown };
}

describe('a metric, through queues and Redis', () => {
  test('that is +Inf fails the deployment, and is +Inf wherever it is read', async () => {
    const { status, page, shown } = await judgedBy(['+Inf']);

    expect(status).toBe('failed');
    expect(shown).toContain('"kind":"values","count":1,"value":"+Inf"');
    expect(shown).toContain('"estimate":"+Inf"');
    expect(page).toContain('worse than allowed: +Inf at last');
  });

  test('that is NaN alone has no data; beside others it is named', async () => {
    expect((await judgedBy(['NaN'])).shown).toContain('none of them a number');
    const { status, page, shown } = await judgedBy(['0', 'NaN']);
    expect(status).toBe('completed');
    const named = '1 value is NaN and does not count: {pod=';
    expect([page.includes(named), shown.includes(named)]).toEqual([true, true]);
  });

  test.each([
    ['noData', 'failed', 'the source warned of its answer: a store is away'],
    ['ignore', 'completed', 'the source warned: a store is away'],
  ])('with a warning is decided by onWarnings: %s', async (onWarnings, ended, said) => {
    const rule = { onWarnings, noData: 'fail' };
    const { status, page, shown } = await judgedBy(['0'], { warnings: ['a store is away'] }, rule);

    expect(status).toBe(ended);
    expect(shown).toContain(said);
    expect(page).toContain(said);
  });
});
