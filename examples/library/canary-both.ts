import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: { blue: ['blue-1', 'blue-2'], green: ['green-1', 'green-2'] } },
  strategy: {
    kind: 'canary',
    stages: [
      { targets: 50, weight: 5 },
      { targets: 100, weight: 100 },
    ],
  },
  router: (shares) => console.log('traffic', shares),
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
console.log('now the next version');
await manager.deploy('api', '2.0.0');
