import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2', 'web-3'] },
  strategy: { kind: 'rolling', batchSize: 2 },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
const { success, state, targetsUpdated } = await manager.deploy('api', '1.0.0');
console.log({ success, state, targetsUpdated });
