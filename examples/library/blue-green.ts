import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: { blue: ['blue-1'], green: ['green-1'] } },
  strategy: { kind: 'blue_green' },
  switchFn: (version) => console.log(`all traffic goes to ${version}`),
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
await manager.deploy('api', '2.0.0');
await manager.rollback('api');
