import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createRouter } from '../../../src/adapters/routers/router-registry.js';
import { RouterSchema } from '../../../src/contracts/config/router.schema.js';
import { targetId } from '../../../src/domain/model/ids.js';
import type { TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { startNginx } from '../../support/nginx-server.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { startWebTargets, webClient } from './web-targets.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;

/** A real nginx with two workers before three targets. */
async function site() {
  const web = await startWebTargets(['web-1', 'web-2', 'web-3']);
  const nginx = await startNginx(web.call);
  // Not kept: a reload closes kept connections, and may do so just as a client sends on one.
  const client = webClient(nginx.port, { keepAlive: false });
  const { upstreamFile, pidFile, test, reload } = nginx;
  const base = { upstreamFile, pidFile, test, reload, directives: ['zone api 64k'] };
  const router = (settings: object = {}): TrafficRouter => {
    const made = createRouter(RouterSchema.parse({ kind: 'nginx', ...base, ...settings }));
    if (made === null) throw new Error('no router');
    return made;
  };
  const close = async (): Promise<void> => {
    client.close();
    await nginx.dispose();
    await web.close();
  };
  return { web, nginx, client, call: web.call, router, close };
}

trafficRouterSuite('nginx', async () => {
  const { web, nginx, client, call, router, close } = await site();
  return {
    router: router(),
    call,
    send: client.send,
    load: client.load,
    hold: () => client.hold(web.letGo),
    kill: nginx.kill,
    close,
  };
});

describe('nginx', () => {
  let the: Awaited<ReturnType<typeof site>>;
  afterEach(() => the.close());
  const file = (): Promise<string> => readFile(the.nginx.upstreamFile, 'utf8');

  it('writes a file that says who writes it, with what each target gets', async () => {
    the = await site();
    await the.router().setShares(the.call, { 'web-1': 0.1, 'web-2': 0.9 }, never());
    const drained = await the.router().drain(the.call, WEB_1, never());
    expect(drained).toMatchObject({
      ok: true,
      value: { ended: true, seen: true, left: 0, of: 'workers' },
    });
    expect((await file()).split('\n')).toEqual([
      expect.stringMatching(/^# Written by Signalbox for production\/api\./),
      'upstream api {',
      '    zone api 64k;',
      `    server ${the.web.addressOf('web-1')} weight=1 down; # web-1 drained`,
      `    server ${the.web.addressOf('web-2')} weight=9; # web-2`,
      `    server ${the.web.addressOf('web-3')} down; # web-3`,
      '}',
      '',
    ]);
  });

  it('shows the "down" of a person, which drain and shares leave there and ready takes away', async () => {
    the = await site();
    await the.router().setShares(the.call, { 'web-1': 0.5, 'web-2': 0.5 }, never());
    const edited = (await file()).replace(
      'weight=1; # web-1',
      'max_fails=0 weight=1 down; # web-1',
    );
    await writeFile(the.nginx.upstreamFile, edited);
    const web1 = async () => {
      const [seen, shares] = [
        await the.router().look(the.call, never()),
        await the.router().shares(the.call, never()),
      ];
      return { ...(seen.ok && seen.value['web-1']), inForce: shares.ok && shares.value['web-1'] };
    };
    const heldOut = { inRotation: true, share: 0.5, up: true, heldOut: true, inForce: 0 };
    expect(await web1()).toEqual(heldOut);
    expect(await the.router().setShares(the.call, { 'web-1': 1 }, never())).toMatchObject({
      ok: false,
      error: { code: 'router/rejected' },
    });
    await the.router().drain(the.call, WEB_1, never());
    expect(await web1()).toEqual({ ...heldOut, inRotation: false });
    expect(await the.client.send(5)).toEqual({ 'web-2': 5 });
    await the.router().setShares(the.call, { 'web-2': 1 }, never());
    expect(await web1()).toEqual({ ...heldOut, inRotation: false, share: 0 });
    await the.router().ready(the.call, WEB_1, never());
    await the.router().setShares(the.call, { 'web-1': 1 }, never());
    expect(await web1()).toEqual({ ...heldOut, share: 1, heldOut: false, inForce: 1 });
  });

  it('puts the old file back when nginx refuses the new one, and tells why', async () => {
    the = await site();
    await the.router().setShares(the.call, { 'web-1': 1 }, never());
    const before = await file();
    const broken = the.router({ directives: ['zone api 64k', 'no_such_directive on'] });
    const answer = await broken.setShares(the.call, { 'web-2': 1 }, never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'router/rejected', transient: false },
    });
    expect(answer.ok || answer.error.message).toMatch(
      /^nginx refuses the configuration: unknown directive "no_such_directive" in \S+api\.conf:4$/,
    );
    expect(await file()).toBe(before);
    expect(await the.client.send(5)).toEqual({ 'web-1': 5 });
  });

  it("may succeed later when it is another service's file that nginx refuses", async () => {
    the = await site();
    await writeFile(join(the.nginx.folder, 'upstreams/other.conf'), 'upstream {');
    const answer = await the.router().setShares(the.call, { 'web-2': 1 }, never());
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'router/rejected', transient: true },
    });
  });

  it('puts the old file back when nginx is not there to load the new one', async () => {
    the = await site();
    await the.router().setShares(the.call, { 'web-1': 1 }, never());
    const before = await file();
    await the.nginx.kill();
    const answer = await the.router().setShares(the.call, { 'web-2': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/unreachable' } });
    expect(await file()).toBe(before);
  });

  it('does not believe a reload that brought no new workers', async () => {
    the = await site();
    const deaf = the.router({ reload: ['true'], timeout: 3_000 });
    const answer = await deaf.setShares(the.call, { 'web-2': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/timeout', transient: true } });
    expect(answer.ok || answer.error.message).toContain('no new workers of nginx');
  });

  it('goes by the exit code, and says that it saw no more, without a pid file', async () => {
    the = await site();
    const { pidFile: _, ...rest } = the.nginx;
    const spec = { kind: 'nginx', ...pick(rest) };
    const router = createRouter(RouterSchema.parse(spec));
    const answer = await router?.drain(the.call, WEB_1, never());
    expect(answer).toMatchObject({ ok: true, value: { ended: null, seen: false } });
  });

  it('does not keep who is stopped waiting for its turn', async () => {
    the = await site();
    const hanging = the.router({ test: ['sleep', '60'], timeout: '60s' });
    const [stopFirst, stopSecond] = [new AbortController(), new AbortController()];
    const first = hanging.drain(the.call, WEB_1, stopFirst.signal);
    const second = hanging.ready(the.call, WEB_1, stopSecond.signal);
    setImmediate(() => stopSecond.abort());
    expect(await second).toMatchObject({ ok: false, error: { code: 'router/aborted' } });
    stopFirst.abort();
    expect(await first).toMatchObject({ ok: false, error: { code: 'router/aborted' } });
    expect(await the.router().drain(the.call, WEB_1, never())).toMatchObject({ ok: true });
  });

  it('leaves a file alone that somebody else wrote', async () => {
    the = await site();
    await writeFile(the.nginx.upstreamFile, 'upstream api { server 127.0.0.1:9; }\n');
    const answer = await the.router().setShares(the.call, { 'web-1': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(answer.ok || answer.error.message).toContain('was not written by Signalbox');
    expect(await file()).toBe('upstream api { server 127.0.0.1:9; }\n');
  });

  it('takes all targets as equals while there is no file, and takes its own away again if refused', async () => {
    the = await site();
    const upstreamFile = join(the.nginx.folder, 'upstreams/second-{environment}.conf');
    const second = the.router({ upstreamFile, upstream: 'second', directives: [] });
    expect(await second.shares(the.call, never())).toMatchObject({ value: { 'web-1': 1 / 3 } });
    const clash = the.router({ upstreamFile, upstream: 'api', directives: [] });
    expect(await clash.drain(the.call, WEB_1, never())).toMatchObject({ ok: false });
    const path = upstreamFile.replace('{environment}', 'production');
    await expect(readFile(path)).rejects.toThrow('ENOENT');
    expect(await second.drain(the.call, WEB_1, never())).toMatchObject({ ok: true });
    expect(await second.shares(the.call, never())).toMatchObject({ value: { 'web-2': 0.5 } });
  });

  it('lets nothing but a host and a port into the file', async () => {
    the = await site();
    const before = await file();
    for (const address of ['127.0.0.1', 'a b:80', 'a;}:80', 'unix:/run/x.sock', 'a#b:80']) {
      const targets = the.call.targets.map((target) => ({ ...target, address }));
      const answer = await the
        .router()
        .setShares({ ...the.call, targets }, { 'web-1': 1 }, never());
      expect(answer, address).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
      expect(answer.ok || answer.error.message).toContain('expected host:port');
    }
    expect(await file()).toBe(before);
  });

  it('says of a command that there is not that it did not start', async () => {
    the = await site();
    const answer = await the
      .router({ test: ['no-such-nginx', '-t'] })
      .setShares(the.call, { 'web-1': 1 }, never());
    expect(answer).toMatchObject({ ok: false, error: { code: 'router/rejected' } });
    expect(answer.ok || answer.error.message).toMatch(/did not start: .*ENOENT/);
  });

  it('goes on after the drain timeout and says so, or fails where that is asked for', async () => {
    the = await site();
    await the.router().setShares(the.call, { 'web-1': 1 }, never());
    const held = await the.client.hold(the.web.letGo);
    const hasty = { drainTimeout: 150 };
    const drained = await the.router(hasty).drain(the.call, WEB_1, never());
    expect(drained).toMatchObject({ ok: true, value: { ended: false, left: 1, of: 'workers' } });
    const strict = the.router({ ...hasty, drainTimeoutIs: 'fail' });
    expect(await strict.drain(the.call, WEB_1, never())).toMatchObject({
      ok: false,
      error: { code: 'router/timeout', transient: true },
    });
    held.letGo();
    expect(await held.ended).toBe(true);
  });
});

const pick = ({
  upstreamFile,
  test,
  reload,
}: {
  upstreamFile: string;
  test: unknown;
  reload: unknown;
}) => ({
  upstreamFile,
  test,
  reload,
});
