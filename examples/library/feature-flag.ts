import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2'] },
  strategy: { kind: 'feature_flag', flag: 'new-checkout', stages: [5, 50, 100] },
  flags: (flag, percent) => console.log(`${flag} is on for ${percent} %`),
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
await manager.deploy('api', '1.0.0');
