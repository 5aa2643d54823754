import { Command } from '@commander-js/extra-typings';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWorker } from '../../src/app/workers/create-worker.js';
import { SILENT } from '../../src/domain/ports/log.js';
import { openDoctor } from '../../src/app/session/open-doctor.js';
import { keysOf } from '../../src/adapters/redis/connection/keys.js';
import { CliRun } from '../../src/cli/session/cli-run.js';
import { addDoctor } from '../../src/cli/operating/doctor.js';
import { CliWorld } from '../cli/cli-world.js';
import { FakeDriver } from '../support/fake-services.js';
import { type Pipeline, startPipeline } from '../support/pipeline.js';

async function doctor({ url, namespace }: Pipeline, ...argv: readonly string[]) {
  const said = { out: '', err: '' };
  const run = new CliRun(new CliWorld().ports(said));
  const program = new Command('signalbox').exitOverride();
  addDoctor(program, run, (flags) => openDoctor(flags, {}));
  const place = ['--redis', url, '--namespace', namespace];
  await program.parseAsync(['doctor', ...argv, ...place], { from: 'user' });
  return { code: run.exitCode, out: said.out };
}

/** The path of a configuration. */
function configured(config: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-doctor-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'signalbox.config.json');
  writeFileSync(file, JSON.stringify(config));
  return file;
}

async function deployed(): Promise<Pipeline> {
  const pipeline = await startPipeline({ driver: new FakeDriver() });
  const { deploymentId } = await pipeline.producer.deploy({ service: 'api', version: '1.0.0' });
  await pipeline.until(deploymentId);
  return pipeline;
}

describe('signalbox doctor', () => {
  test('shows the Redis, the workers and the work, and that all is well', async () => {
    const pipeline = await deployed();

    const { code, out } = await doctor(pipeline);

    expect(out).toMatch(/redis +\d+\.\d+\.\d+, standalone, master with 0 replicas/);
    expect(out).toMatch(/when full +noeviction/);
    expect(out).toMatch(/workers +1, leader/);
    expect(out).toMatch(/execute +0 +0 +0 +0/);
    expect(out).not.toMatch(/^bad/m);
    expect(code).toBe(0);
    const told = JSON.parse((await doctor(pipeline, '--json')).out);
    expect(told).toMatchObject({ healthy: true, work: { workers: 1, open: 0, overdue: 0 } });
  });

  test('says what a server lets those do who bring no credentials', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const told = async (config: object): Promise<string> => {
      const { out } = await doctor(pipeline, '--config', configured(config));
      return /^access +(.*)$/m.exec(out)?.[1] ?? '';
    };
    const hash = `sha256:${'0'.repeat(64)}`;
    const security = { tokens: [{ name: 'ann', role: 'viewer', hash }] };
    expect(await told({ services: {} })).toMatch(/^Everybody on this machine may look, and with/);
    expect(await told({ services: {}, security })).toBe(
      'Nobody may look without a token: sign in at /login.',
    );
    expect(await told({ services: {}, security: { ...security, anonymous: 'viewer' } })).toBe(
      'Everybody on this machine may look: `security.anonymous` is `viewer`.',
    );
    expect(await told({ services: {}, server: { trustedProxies: ['10.0.0.1'] } })).toMatch(
      /^no server starts: host: others could reach this server/,
    );
    expect(await told({ services: 1 })).toBe('no server starts: the configuration cannot be used');
    expect((await doctor(pipeline)).out).toMatch(/access +not known: no configuration here/);
  });

  test('names an open deployment whose configuration changed since it was planned, and what changed', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { url, namespace, producer, load } = pipeline;
    const worker = async (command: string) => {
      const driver = { kind: 'command' as const, argv: [command] as [string] };
      const services = { api: { driver, targets: [{ id: 'web-1' }] } };
      const host = await createWorker({
        ...{ connection: url, config: { namespace, services }, log: SILENT },
      });
      onTestFinished(() => host.stop());
      return host;
    };
    const before = await worker('true');
    const { deploymentId: id } = await producer.plan({ service: 'api', version: '1.0.0' });
    await vi.waitFor(() => load(id), { timeout: 30_000 });
    expect((await doctor(pipeline)).out).not.toContain('changed since it was planned');
    await before.stop();
    await worker('false');

    const { code, out } = await doctor(pipeline);

    expect(out).toContain(`${id} (production/api): its configuration on ${hostname()} changed`);
    expect(out).toContain('driver.argv[0] was true, is false');
    expect(code).toBe(0);
  });

  test('asks no router where there is no configuration, or none that can be used', async () => {
    const pipeline = await deployed();
    expect((await doctor(pipeline)).out).toMatch(/routers +not asked: no configuration here/);
    expect(JSON.parse((await doctor(pipeline, '--json')).out)).toMatchObject({ drift: null });

    const { code, out } = await doctor(pipeline, '--config', configured({ services: 7 }));

    expect(out).toMatch(/routers +not asked: the configuration cannot be used/);
    expect(out).toMatch(/^warn +no router was asked: .*is not usable/m);
    expect(code).toBe(0);
  });

  test('names what left the configuration, with --audit too, and does not fail', async () => {
    const pipeline = await deployed();
    const driver = { kind: 'command', argv: ['true'] };
    const targets = [{ id: 'web-1' }, { id: 'web-2' }];
    const config = configured({ services: { api: { driver, targets } } });
    const said = /^warn +production\/api: web-3 \(.*runs 1\.0\.0\) left the configuration/m;

    const { code, out } = await doctor(pipeline, '--config', config);
    expect(out).toMatch(said);
    expect(code).toBe(0);
    const audited = await doctor(pipeline, '--audit', '--config', config);
    expect(audited.out).toContain('every guarantee holds');
    expect(audited.out).toMatch(said);
    const told = JSON.parse((await doctor(pipeline, '--json', '--config', config)).out);
    expect(told).toMatchObject({ left: [{ service: 'api', targets: [{ target: 'web-3' }] }] });
    // Without a configuration nobody knows, and one that cannot be used is told of beside the routers.
    expect((await doctor(pipeline)).out).not.toMatch(said);
    expect((await doctor(pipeline, '--config', configured({ services: 7 }))).out).not.toMatch(said);
  });

  test('says so where a router cannot be asked from here, and does not fail', async () => {
    const pipeline = await deployed();
    const router = { kind: 'haproxy', socket: '/nowhere/haproxy.sock', backend: 'be' };
    const targets = [{ id: 'web-1' }, { id: 'web-2' }];
    const driver = { kind: 'command', argv: ['true'] };
    const config = configured({ services: { api: { driver, targets, router } } });

    const { code, out } = await doctor(pipeline, '--config', config);

    expect(out).toMatch(/routers +asked about 1 service\n/);
    expect(out).toMatch(/^warn +production\/api: its router cannot be asked from here: /m);
    expect(code).toBe(0);
  });

  test('says that work is overdue and nobody there to do it, and exits with 1', async () => {
    const pipeline = await startPipeline({ driver: new FakeDriver(), workers: 0 });
    const { client } = pipeline.connection;
    await client.zadd(
      keysOf(pipeline.namespace).due,
      String(Date.now() - 120_000),
      'dep_0000000000gone',
    );

    const { code, out } = await doctor(pipeline);

    expect(out).toContain('1 deployments are overdue, the first for 2m');
    expect(out).toContain('work is owed, and no worker is connected');
    expect(code).toBe(1);
  });

  test('audits a healthy store, and finds every guarantee kept', async () => {
    const { code, out } = await doctor(await deployed(), '--audit');

    expect(out).toMatch(/looked at 1 deployments, \d+ events, 1 services, 0 jobs in/);
    expect(out).toContain('every guarantee holds');
    expect(code).toBe(0);
  });

  test('names what does not hold, where, and how often, and exits with 1', async () => {
    const pipeline = await deployed();
    const { client } = pipeline.connection;
    await client.hincrby(keysOf(pipeline.namespace).counters, 'completed', 1);

    const { code, out } = await doctor(pipeline, '--audit');

    expect(out).toContain(
      'counters_exact: 1 found, although the counters are what a recount gives, with what retention pruned',
    );
    expect(out).toContain('2 are counted as completed: a recount gives 1');
    expect(code).toBe(1);
    const told = JSON.parse((await doctor(pipeline, '--audit', '--json')).out);
    expect(told).toMatchObject({ clean: false, counts: { counters_exact: 1 } });
  });

  test('finds records and keys that were damaged by hand, and reads on', async () => {
    const pipeline = await deployed();
    const { client } = pipeline.connection;
    const keys = keysOf(pipeline.namespace);
    const [id = ''] = await client.zrange(keys.history, 0, '-1');
    await client.hset(`${keys.prefix}:deployment:${id}`, 'state', '{');
    await client.zadd(keys.open, '1', 'nonsense');
    await client.hset(`${keys.prefix}:deployment:dep_0000000000lost`, 'run', '1');
    // A worker would take a job that waits from the queue, and find nothing of it.
    await pipeline.queues.queue('execute').pause();
    await client.rpush(`${keys.prefix}:execute:paused`, 'dep_0000000000gone.execute.1');

    const told = JSON.parse((await doctor(pipeline, '--audit', '--json')).out);

    expect(told.counts).toMatchObject({ record_readable: 2, open_complete: 1, jobs_known: 1 });
  });

  test('finds what is no entry in the active map and on the stable versions, and reads on', async () => {
    const pipeline = await deployed();
    const { client } = pipeline.connection;
    const keys = keysOf(pipeline.namespace);
    await client.hset(keys.active, 'production/api', '{"version":');
    await client.lset(`${keys.prefix}:service:production/api:stable`, 0, '5');

    const { code, out } = await doctor(pipeline, '--audit');

    expect(out).toContain('active is unknown of unreadable {"version":: the endings lead to 1.0.0');
    expect(out).toContain('place 1 of its stable versions is unknown of unreadable 5');
    expect(code).toBe(1);
  });

  test('compares with the ledger of the targets, where there is one', async () => {
    const pipeline = await deployed();
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-ledger-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'ledger');
    writeFileSync(file, 'nonsense\n');

    const { code, out } = await doctor(pipeline, '--audit', '--ledger', file);

    expect(out).toContain('line 1: expected a JSON object');
    expect(code).toBe(1);
    await expect(doctor(pipeline, '--ledger', file)).rejects.toThrow('expected --audit');
    await expect(doctor(pipeline, '--audit', '--ledger', `${file}.gone`)).rejects.toThrow('ENOENT');
  });
});
