import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
await manager.deploy('api', '2.0.0');
await manager.deploy('api', '3.0.0');
const back = await manager.rollback('api', { reason: 'too slow' });
console.log(back?.success, back?.state, back?.errors);
console.log((await manager.getActive('api'))?.version, await manager.rollback('shop'));
await manager.deploy('api', '4.0.0');
const named = await manager.rollback('api', { toVersion: '1.0.0' });
console.log(named?.success, named?.state, (await manager.getActive('api'))?.version);
console.log(await manager.summary());
