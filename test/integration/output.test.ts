import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { RedisAuditSource } from '../../src/adapters/redis/repair/audit-source.redis.js';
import { composeServer } from '../../src/app/server/compose-server.js';
import { openSession } from '../../src/app/session/open-session.js';
import { createWorker } from '../../src/app/workers/create-worker.js';
import { audit } from '../../src/domain/audit/audit.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { readAll } from '../suites/output-log.suite.js';
import { startRedisWithUsers } from '../support/redis-users.js';

const NAMESPACE = 'what-commands-say';

test('what a command says is read while it runs and afterwards, by each with no more rights than its role has', async () => {
  const redis = await startRedisWithUsers(NAMESPACE);
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-logs-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const script = `echo "copying to $SIGNALBOX_TARGET_ID"; while ! [ -e go ]; do sleep 0.05; done
    i=0; while [ $i -lt 400 ]; do echo "line $i of a long output"; i=$((i+1)); done
    echo no space left on device; exit 7`;
  const worker = await createWorker({
    connection: redis.urlOf('worker'),
    config: {
      namespace: NAMESPACE,
      output: { perCall: 4_096 },
      services: {
        api: {
          driver: { kind: 'command', argv: ['/bin/sh', '-c', script], cwd: folder },
          targets: [{ id: 'web-1' }],
          policy: { retries: 0, onFailure: 'hold' },
        },
      },
    },
    log: SILENT,
    stateDir: join(folder, 'state'),
  });
  onTestFinished(() => worker.stop());
  const admin = await openSession({ redis: redis.urlOf('admin'), namespace: NAMESPACE }, {});
  onTestFinished(() => admin.close());
  const board = await composeServer({
    ...{ connection: redis.urlOf('board'), namespace: NAMESPACE },
    ...{ host: '127.0.0.1', port: 0, writableBoard: false },
  });
  onTestFinished(() => board.close());

  const { deploymentId: id } = await admin.producer.deploy({ service: 'api', version: '1.0.0' });
  await vi.waitFor(async () =>
    expect(await readAll(admin.output, id)).toMatchObject([
      { lines: ['copying to web-1'], output: { target: 'web-1', endedAt: null } },
    ]),
  );
  const page = `${board.address}/deployments/${id}`;
  expect(await (await fetch(`${page}/output`)).text()).toContain('copying to web-1\n');

  writeFileSync(join(folder, 'go'), '');
  await vi.waitFor(async () => {
    const deployment = await admin.store.load(id);
    expect(deployment && isTerminal(deployment.state.status)).toBe(true);
  });
  await vi.waitFor(async () =>
    expect((await readAll(admin.output, id))[0]?.lines.at(-1)).toBe('no space left on device'),
  );
  const [{ output, lines } = { output: null, lines: [] }] = await readAll(admin.output, id);
  expect(output).toMatchObject({ endedAt: expect.any(Number), outdated: false });
  expect((output?.cut ?? 0) + (output?.dropped ?? 0) + lines.length).toBe(402);
  expect(lines.length).toBeLessThan(402);

  const html = await (await fetch(page, { headers: { accept: 'text/html' } })).text();
  expect(html).toContain('<h2>Output</h2>');
  expect(html).toContain('no space left on device');
  const text = await fetch(`${page}/output?target=web-1`);
  expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  expect(await text.text()).toMatch(/^--- web-1 deploy.* earlier lines are not kept ---\n/);
  expect((await fetch(`${page}/output?target=web-9`)).status).toBe(200);

  const findings = await audit(new RedisAuditSource(redis.root.client, NAMESPACE));
  expect(findings).toMatchObject({ findings: [] });
  // What BullMQ says by the way, and need not do.
  const refused = (await redis.refusals()).filter((refusal) => !/hset$|:meta$/.test(refusal));
  expect(refused).toEqual([]);
});
