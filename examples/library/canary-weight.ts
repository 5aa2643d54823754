import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  strategy: { kind: 'canary', traffic: true, stages: [10, 100] },
  router: (shares) => console.log('traffic', shares),
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
