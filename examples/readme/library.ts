import { createLibrary, deployFn } from 'signalbox';

const { manager, orchestrator } = createLibrary({
  strategy: { kind: 'rolling', batchSize: 1 },
  targets: { api: [{ id: 'web-1' }, { id: 'web-2' }] },
  driver: deployFn(async (target, version) => console.log(`${target.id} gets ${version}`)),
});
await manager.deploy('api', '1.0.0');
await manager.deploy('api', '2.0.0', { kind: 'canary', stages: [50, 100] });
await manager.rollback('api');
console.log((await manager.getActive('api'))?.version, await manager.summary());
console.log((await orchestrator.getDeploymentStatus()).lastResult);
