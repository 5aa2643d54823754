import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2', 'web-3'] },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
const steps = [
  { kind: 'deploy', targets: ['web-2'] },
  { kind: 'wait', for: '200ms' },
  { kind: 'deploy', targets: 'rest' },
] as const;
await manager.deploy('api', '1.0.0', { kind: 'steps', steps });
