import type { Section } from './section.js';

/** How a version reaches the targets, and how it is judged. */
export const STRATEGY_SECTIONS: readonly Section[] = [
  {
    title: 'strategy',
    heading: 'Strategies',
    at: '`services.NAME.strategy`',
    about:
      'In which steps a version reaches the targets. [The guide](../guides/strategies.md) shows each of them at work.',
    example: `services:
  api:
    strategy:
      kind: canary
      stages: [10, 50, 100]
      wait: 10m`,
    kinds: {
      rolling: 'Batch after batch.',
      canary: 'A small part first, of the targets or of the traffic, then more.',
      blue_green: 'To the idle half of the targets; then the traffic moves at once.',
      feature_flag: 'To all targets, with a feature flag that is opened step by step.',
      steps: 'Steps of your own.',
    },
  },
  {
    title: 'step',
    heading: 'Steps',
    at: '`steps[]` of the strategy `steps`',
    about: 'The steps of a strategy of your own, in their order.',
    example: `services:
  api:
    strategy:
      kind: steps
      steps:
        - { kind: deploy, targets: 1 }
        - { kind: check }
        - { kind: gate, name: first-looks-good }
        - { kind: deploy, targets: rest }`,
    kinds: {
      deploy: 'Puts the version on targets.',
      check: 'Runs the checks on targets.',
      wait: 'Waits.',
      shift: 'Moves traffic; needs a router.',
      set_flag: 'Sets the feature flag.',
      gate: 'Waits for a person.',
      analyze: 'Judges the version by an analysis.',
      retire: 'Removes the old version.',
    },
  },
  {
    title: 'gate',
    heading: 'Gates',
    at: '`gate`, `pauseAfterFirst` and `promotion` of strategies',
    about: 'A gate waits for `signalbox promote`. `true` is a gate with all defaults.',
    example: `services:
  api:
    strategy:
      kind: rolling
      pauseAfterFirst: { name: after-first, timeout: 30m, onTimeout: abort }`,
  },
  {
    title: 'analysis use',
    heading: 'Analyses in strategies',
    at: '`analysis` of strategies',
    about: 'Names one of the service’s [analyses](#analyses). The name alone is enough.',
    example: `metricSources:
  prometheus: { kind: prometheus, url: "http://prometheus:9090" }
services:
  api:
    analyses:
      errors:
        metrics:
          - { kind: threshold, name: errors, source: prometheus, query: errors_per_second, max: 1 }
    strategy:
      kind: canary
      analysis: { name: errors, mode: background, from: 2 }`,
  },
  {
    title: 'analysis',
    heading: 'Analyses',
    at: '`services.NAME.analyses.NAME`',
    about:
      'An analysis measures a version for a while and judges it ([guide](../guides/analysis.md)).',
    example: `metricSources:
  prometheus: { kind: prometheus, url: "http://prometheus:9090" }
services:
  api:
    analyses:
      errors:
        interval: 30s
        count: 10
        metrics:
          - kind: rate
            name: errors
            source: prometheus
            query: 'sum(increase(http_requests_total{code=~"5..",version="{version}"}[{window}]))'
            total: 'sum(increase(http_requests_total{version="{version}"}[{window}]))'
            max: 0.01`,
  },
  {
    title: 'metric',
    heading: 'Metrics',
    at: '`services.NAME.analyses.NAME.metrics[]`',
    about: 'Give one limit: `max` or `min`, or beside a `baseline` `maxIncrease` or `maxDecrease`.',
    example: `metricSources:
  prometheus: { kind: prometheus, url: "http://prometheus:9090" }
services:
  api:
    analyses:
      latency:
        metrics:
          - kind: threshold
            name: p99
            source: prometheus
            query: 'histogram_quantile(0.99, sum by (le) (rate(seconds_bucket[{window}])))'
            max: 0.3`,
    kinds: {
      threshold: 'A number that must stay within a limit.',
      rate: 'Bad events among all: errors, say.',
      latency: 'Samples of two sides that are compared.',
    },
  },
];
