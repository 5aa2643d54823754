import { createServer } from 'node:http';
import { createLibrary, createProbe, HealthChecker } from 'signalbox';

/** A service that answers with the version it runs, and is broken in 2.0.0. */
let running = '';
const service = createServer((_, response) => {
  response.writeHead(running === '2.0.0' ? 500 : 200).end(running);
});
await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
const address = service.address();
const port = typeof address === 'object' ? address?.port : undefined;

const up = createProbe({ kind: 'http', url: 'http://{target.address}/', interval: '50ms' });
const checker = new HealthChecker(up);
const { manager } = createLibrary({
  targets: { api: [{ id: 'web-1', address: `127.0.0.1:${port}` }] },
  checks: checker,
  driver: (_, version) => {
    running = version;
  },
});
for (const version of ['1.0.0', '2.0.0']) {
  const { success, state } = await manager.deploy('api', version);
  console.log(version, { success, state });
}
const target = { id: 'web-1', address: `127.0.0.1:${port}` };
console.log('now', running, (await checker.runAll([{ target }])).status);
service.close();
