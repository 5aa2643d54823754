import { createLibrary } from 'signalbox';

const { manager } = createLibrary({
  targets: { api: ['web-1', 'web-2', 'web-3', 'web-4'] },
  strategy: { kind: 'canary', stages: [25, 50, 100], wait: '100ms' },
  driver: (target, version) => !(version === '2.0.0' && target.id === 'web-2'),
});
await manager.deploy('api', '1.0.0');
const { success, state, errors, metadata } = await manager.deploy('api', '2.0.0');
console.log({ success, state, errors, metadata });
