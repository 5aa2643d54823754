import { expect, onTestFinished, test } from 'vitest';
import { buildApp } from '../../src/api/app.js';
import { driverCall } from '../adapters/drivers/driver-calls.js';
import { aDraft } from '../support/fixtures.js';
import { MemoryOutput } from '../support/memory-output.js';
import { fakePorts } from './fake-ports.js';

async function site(calls: readonly (readonly [target: string, lines: readonly string[]])[]) {
  const stored = aDraft({});
  const { id } = stored.deployment;
  const output = new MemoryOutput();
  for (const [target, lines] of calls) {
    const said = output.open({
      ...driverCall({ target: { id: target as never } }),
      deploymentId: id,
    });
    said.write(lines);
  }
  const ports = await fakePorts([stored], undefined, output);
  const app = buildApp(ports, { host: '127.0.0.1', writableBoard: false });
  onTestFinished(() => app.close());
  const get = (path: string) =>
    app.inject({ url: path, headers: { host: '127.0.0.1', accept: 'text/html' } });
  return { id, get, page: async () => (await get(`/deployments/${id}`)).body };
}

test('the page of a deployment shows the last lines of each call as text, the newest call first', async () => {
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n + 1}`);
  const { id, page } = await site([
    ['web-1', lines],
    ['web-2', ['<script>alert(1)</script>']],
  ]);
  const html = await page();
  expect(html).toContain('<h2>Output</h2>');
  expect(html).toMatch(/<pre>&lt;script&gt;alert\(1\)&lt;\/script&gt;<\/pre>[^]*<pre>line 11\n/);
  expect(html).not.toContain('line 10\n');
  expect(html).toContain(`href="/deployments/${id}/output"`);
  expect(html).toContain(`href="/deployments/${id}/output?target=web-2"`);
  expect(html).toContain(', running');
});

test('the page of a deployment whose calls wrote nothing has no such section', async () => {
  expect(await (await site([['web-1', []]])).page()).toContain('Targets');
  expect(await (await site([])).page()).not.toContain('<h2>Output</h2>');
});

test('the page shows the newest of very many calls, and says how many there are', async () => {
  const calls = Array.from({ length: 25 }, (_, n) => [`web-${n}`, [`said ${n}`]] as const);
  const html = await (await site(calls)).page();
  expect(html).toContain('20 of 25 calls');
  expect(html).toContain('said 24');
  expect(html).not.toContain('said 4<');
});

test('the full output is plain text, of all targets or of one', async () => {
  const { id, get } = await site([
    ['web-1', ['one', 'two', 'three']],
    ['web-2', ['<b>']],
  ]);
  const all = await get(`/deployments/${id}/output`);
  expect(all.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(all.body).toMatch(/^--- web-1 .+ ---\none\ntwo\nthree\n--- web-2 .+ ---\n<b>\n$/);
  expect((await get(`/deployments/${id}/output?target=web-2`)).body).toMatch(
    /^--- web-2 .+ ---\n<b>\n$/,
  );
});

test('the output of a deployment that is not there, or of no id, is refused', async () => {
  const { get } = await site([]);
  expect((await get('/deployments/dep_0000000404/output')).statusCode).toBe(404);
  expect((await get('/deployments/x/output')).statusCode).toBe(400);
});
