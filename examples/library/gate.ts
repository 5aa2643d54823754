import { createLibrary } from 'signalbox';

const { orchestrator } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  strategy: { kind: 'canary', stages: [{ targets: 50, gate: { name: 'look' } }, 100] },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
const plan = await orchestrator.planDeployment({ version: '1.0.0' });
const executed = orchestrator.executeDeployment(plan);
setTimeout(() => {
  console.log('ann looked');
  void orchestrator.promoteDeployment(plan, 'ann');
}, 500);
console.log((await executed).state);
