const { createLibrary } = require('signalbox');

const { manager } = createLibrary({
  targets: { api: ['web-1'] },
  driver: (target, version) => console.log(`${target.id} gets ${version}`),
});
void manager.deploy('api', '1.0.0').then(({ success }) => console.log({ success }));
