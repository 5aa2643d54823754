import { describe, expect, test } from 'vitest';
import { checkConfig } from '../../../src/adapters/config/load-config.js';
import type { ConfigInput } from '../../../src/contracts/config/config.schema.js';

type Own = ConfigInput['services'][string];

const analysisOf = (source: string): NonNullable<Own['analyses']>[string] => ({
  metrics: [{ kind: 'threshold', name: 'errors', source, query: 'e', max: 1 }],
});
const errors = analysisOf('prometheus');
const metricSources: ConfigInput['metricSources'] = {
  prometheus: { kind: 'prometheus', url: 'http://127.0.0.1:9090' },
};
const driver = { kind: 'command' as const, argv: ['put'] satisfies [string] };

/** What is wrong with a service of this configuration, a line each. */
function problemsOf(own: Own): readonly string[] {
  try {
    checkConfig({ services: { api: { driver, ...own } }, metricSources });
    return [];
  } catch (error) {
    return String(error)
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^.*the configuration: /, '').trim());
  }
}

describe('a configuration', () => {
  test('names the analysis that a strategy uses and nobody configured, wherever it stands', () => {
    const analyses = { errors };
    const use = (strategy: Own['strategy']) => problemsOf({ analyses, strategy });

    expect(use({ kind: 'canary', analysis: { name: 'erors' } })).toEqual([
      'services.api.strategy.analysis.name: no analysis is named erors (did you mean `errors`?): configured are errors',
    ]);
    expect(use({ kind: 'blue_green', analyze: { before: 'x', after: 'errors' } })).toEqual([
      'services.api.strategy.analyze.before: no analysis is named x: configured are errors',
    ]);
    expect(
      use({ kind: 'canary', stages: [{ targets: 50, analyze: 'y' }, { targets: 100 }] }),
    ).toEqual([
      'services.api.strategy.stages.0.analyze: no analysis is named y: configured are errors',
    ]);
    expect(use({ kind: 'canary', analysis: { name: 'errors' } })).toEqual([]);
  });

  test('takes the analyses of an environment together with the service’s', () => {
    const strategy = { kind: 'canary', analysis: { name: 'errors' } } as const;
    const staging = { analyses: { errors }, strategy };

    expect(problemsOf({ strategy, environments: { staging } })).toEqual([]);
    expect(problemsOf({ analyses: { errors }, environments: { staging: { strategy } } })).toEqual(
      [],
    );
    expect(
      problemsOf({ environments: { staging: { strategy }, other: { analyses: { errors } } } }),
    ).toEqual([
      'services.api.environments.staging.strategy.analysis.name: no analysis is named errors: configured are none',
    ]);
  });

  test('names the metric source that a metric is to be asked of and nobody configured', () => {
    const asked = analysisOf('promethus');
    const said =
      'no metric source is named promethus (did you mean `prometheus`?): configured are prometheus';

    expect(problemsOf({ analyses: { errors: asked } })).toEqual([
      `services.api.analyses.errors.metrics.0.source: ${said}`,
    ]);
    expect(problemsOf({ environments: { staging: { analyses: { errors: asked } } } })).toEqual([
      `services.api.environments.staging.analyses.errors.metrics.0.source: ${said}`,
    ]);
  });
});
