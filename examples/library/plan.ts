import { createLibrary } from 'signalbox';

const { orchestrator } = createLibrary({
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
const plan = await orchestrator.planDeployment({
  version: '1.0.0',
  targets: ['web-1', { id: 'web-2', address: '10.0.0.2:8080' }],
  strategy: { kind: 'canary', stages: [50, 100] },
});
console.log(plan.state, plan.service, plan.steps);
const { success, state } = await orchestrator.executeDeployment(plan);
console.log({ success, state }, await orchestrator.verifyDeployment(plan.id), plan.state);
