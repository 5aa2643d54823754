import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
await manager.deploy('api', '2.0.0');
const back = await manager.rollback('api', { reason: 'too slow' });
console.log(back?.success, back?.state, back?.errors);
console.log((await manager.getActive('api'))?.version, await manager.rollback('shop'));
console.log(await manager.summary());
