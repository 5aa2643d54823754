/** What a generator hardly hits on: values whose parts must fit each other. */
export const SAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  ConfigSchema: {
    services: {
      api: {
        driver: { kind: 'command', argv: ['./deploy.sh', '{version}'], env: { A: 'env:A' } },
        targets: [{ id: 'web-1', address: '127.0.0.1:8081' }],
        checks: [{ kind: 'http', url: 'http://{target.address}/healthz' }],
        environments: { staging: { strategy: { kind: 'canary' } } },
      },
    },
    network: { allow: ['10.0.0.0/8', '*.example.com'] },
    trustPublishers: true,
  },
  ServiceConfigSchema: { strategy: { kind: 'rolling', batchSize: '25%' }, labels: { team: 'a' } },
  PolicySchema: { approval: 'required', onFailure: 'hold', deadline: '2h' },
  PolicyOverrideSchema: { approval: 'none', retries: 3 },
  HaproxyRouterSchema: { kind: 'haproxy', socket: '127.0.0.1:9999', drainTimeout: '5s' },
  NginxRouterSchema: { kind: 'nginx', upstreamFile: '/etc/nginx/upstreams/api.conf' },
  planDeployment: {
    schema: 1,
    service: 'api',
    version: '1.4.2',
    strategy: { kind: 'blue_green' },
    targets: [{ id: 'web-1', name: 'web 1', address: '[::1]:80', metadata: { zone: 'a' } }],
    approve: true,
    metadata: { commit: 'abc' },
  },
  ReleaseRequestSchema: {
    schema: 1,
    services: [
      { service: 'api', version: '1' },
      { service: 'web', version: '2', after: ['api'] },
    ],
  },
  SimulationSpecSchema: { strategy: { kind: 'rolling' }, targets: 5 },
  AnalysisSchema: {
    metrics: [
      { name: 'errors', kind: 'rate', source: 'prom', query: 'a', total: 'b', max: 0.01 },
      { name: 'p99', kind: 'latency', source: 'prom', query: 'c', max: 300 },
    ],
    interval: '30s',
  },
  PrometheusSourceSchema: { kind: 'prometheus', url: 'http://127.0.0.1:9090', bearer: 'env:TOKEN' },
  HttpJsonSourceSchema: { kind: 'http_json', url: 'https://m.example/api', path: 'a[0].b' },
  MetricSourceSchema: { kind: 'http_json', url: 'https://m.example', path: '$', timeout: '1s' },
  WindowSchema: {
    kind: 'deny',
    rrule: 'FREQ=WEEKLY;BYDAY=FR,SA',
    duration: '12h',
    timeZone: 'Europe/Berlin',
  },
  ScopedWindowSchema: {
    kind: 'allow',
    rrule: 'RRULE:FREQ=DAILY;BYHOUR=9',
    duration: '8h',
    timeZone: 'UTC',
    environments: ['production'],
  },
};

/**
 * Contracts that turn what people write into what is meant by it, with an input
 * whose meaning is written otherwise. All others must take what they gave out.
 */
export const TURNING: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['TargetSchema', { id: 'web-1' }],
  ['planDeployment', { schema: 1, service: 'api', version: '1', targets: [{ id: 'web-1' }] }],
  ['PolicySchema', {}],
  ['PolicyOverrideSchema', { approval: 'none' }],
  ['ServiceConfigSchema', {}],
  ['ConfigSchema', { services: { '*': {} } }],
  ['AnalysisSchema', SAMPLES['AnalysisSchema']],
  ['WindowSchema', SAMPLES['WindowSchema']],
  ['ScopedWindowSchema', SAMPLES['ScopedWindowSchema']],
  ['FreezeInputSchema', { reason: 'holidays' }],
  ['FaultSchema', 'web-1'],
  ['SimulationOptionsSchema', {}],
  ['SimulationSpecSchema', {}],
]);
