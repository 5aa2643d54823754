import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  strategy: { kind: 'canary', stages: [50, 100], analysis: 'errors' },
  metricSources: { mine: (query) => (query === 'errors of 2.0.0' ? 0.2 : 0.001) },
  analyses: {
    errors: {
      interval: '100ms',
      count: 3,
      metrics: [
        {
          kind: 'threshold',
          name: 'errors',
          source: 'mine',
          query: 'errors of {version}',
          max: 0.01,
        },
      ],
    },
  },
  driver: () => {},
});
for (const version of ['1.0.0', '2.0.0']) {
  const { success, state, errors } = await manager.deploy('api', version);
  console.log(version, { success, state, errors });
}
