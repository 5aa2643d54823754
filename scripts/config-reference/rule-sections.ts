import type { Section } from './section.js';

/** When and under which rules, and what is shared by all services. */
export const RULE_SECTIONS: readonly Section[] = [
  {
    title: 'policy',
    heading: 'Policy',
    at: '`services.NAME.policy`',
    about: 'The rules for deployments of a service ([guide](../guides/policy.md)).',
    example: `services:
  api:
    policy:
      approval: required
      onFailure: hold
      deadline: 30m`,
  },
  {
    title: 'approval',
    heading: 'Approval',
    at: '`services.NAME.policy.approval`',
    about: '`none`, `required` (one person, whoever it is), or these fields.',
    example: `services:
  api:
    policy:
      approval: { required: 2, of: [ada, grace, edsger], notByRequester: true, expires: 2d }`,
  },
  {
    title: 'window',
    heading: 'Windows',
    at: '`windows[]` and `services.NAME.policy.windows[]`',
    about:
      'A window says when deployments may begin, or may not. What has begun goes on. `environments` and `labels` are only for `windows` of the top level.',
    example: `windows:
  - kind: deny
    rrule: FREQ=WEEKLY;BYDAY=SA
    start: "2026-01-03T00:00"
    until: MO 00:00
    timeZone: Europe/Berlin
    reason: weekend
    environments: [production]
services: {}`,
  },
  {
    title: 'promotion',
    heading: 'Promotions',
    at: '`services.NAME.promotions[]`',
    about:
      'A version that was good in one environment goes on to another ([guide](../guides/releases.md)).',
    example: `services:
  api:
    promotions:
      - { from: staging, to: production, soak: 1h, auto: false }`,
  },
  {
    title: 'limit',
    heading: 'Limits',
    at: '`limits[]`',
    about: 'Of an environment, or of services with labels. Give either `environment` or `label`.',
    example: `limits:
  - { environment: production, most: 2 }
  - { label: { tier: db }, most: 1 }
services: {}`,
  },
  {
    title: 'metric source',
    heading: 'Metric sources',
    at: '`metricSources.NAME`',
    about:
      'Where metrics are asked for. Give at most one of `bearer`, `basic` and an authorization header.',
    example: `metricSources:
  prometheus:
    kind: prometheus
    url: http://prometheus:9090
    bearer: env:PROMETHEUS_TOKEN
services: {}`,
    kinds: {
      prometheus: 'Prometheus, or what has its HTTP API; queries are PromQL.',
      http_json: 'Any JSON over HTTP; queries are paths below `url`.',
    },
  },
  {
    title: 'network',
    heading: 'Network',
    at: '`network`',
    about:
      'Where checks and metric sources may connect to. Addresses of targets can come from jobs: these rules keep a publisher from looking into other places.',
    example: `network: { allow: [10.0.0.0/8, "*.internal.example.com"] }
services: {}`,
  },
  {
    title: 'output',
    heading: 'Output',
    at: '`output`',
    about:
      'How much is kept of what driver calls write. `signalbox logs` and the page of a deployment show it.',
    example: `output: { perCall: 4194304 }
services: {}`,
  },
  {
    title: 'retention',
    heading: 'Retention',
    at: '`retention`',
    about:
      '`off`, or these fields. Never deleted: what is active, what a rollback may go back to, and what an open deployment, release or promotion names.',
    example: `retention: { deployments: 30d, keep: 100 }
services: {}`,
  },
];
