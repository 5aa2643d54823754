import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createRouter } from '../../../src/adapters/routers/router-registry.js';
import { RouterSchema } from '../../../src/contracts/config/router.schema.js';
import { targetId } from '../../../src/domain/model/ids.js';
import { startNginx } from '../../support/nginx-server.js';
import { trafficRouterSuite } from '../../suites/traffic-router.suite.js';
import { pairClient } from './pair-client.js';
import { startWebTargets, webClient } from './web-targets.js';

const WEB_1 = targetId('web-1');
const never = (): AbortSignal => new AbortController().signal;

/** Two real nginx side by side before three targets. */
async function nginxPair(settings: object = {}) {
  const web = await startWebTargets(['web-1', 'web-2', 'web-3']);
  const [one, two] = [await startNginx(web.call), await startNginx(web.call)];
  const clients = [one, two].map(({ port }) => webClient(port, { keepAlive: false }));
  const [first, second] = clients;
  if (first === undefined || second === undefined) throw new Error('no pair');
  const placeOf = ({ upstreamFile, pidFile, test, reload }: typeof one) => ({
    ...{ upstreamFile, pidFile, test, reload },
  });
  const spec = { kind: 'nginx', ...placeOf(one), directives: ['zone api 64k'], ...settings };
  const router = createRouter(RouterSchema.parse({ ...spec, others: [placeOf(two)] }));
  if (router === null) throw new Error('no router');
  return {
    ...{ web, one, two, router, second, call: web.call },
    ...pairClient(first, second),
    files: () => Promise.all([one, two].map(({ upstreamFile }) => readFile(upstreamFile, 'utf8'))),
    close: async () => {
      for (const client of clients) client.close();
      for (const nginx of [one, two]) await nginx.dispose();
      await web.close();
    },
  };
}

trafficRouterSuite('a pair of nginx', async () => {
  const { web, two, router, second, call, send, load, close } = await nginxPair();
  return {
    ...{ router, call, send, load, close },
    // At the second one: whoever asks the first alone sees nothing of it.
    hold: () => second.hold(web.letGo),
    kill: two.kill,
  };
});

describe('a pair of nginx', () => {
  let the: Awaited<ReturnType<typeof nginxPair>>;
  afterEach(() => the.close());

  it('have the same file after a change', async () => {
    the = await nginxPair();
    expect(
      await the.router.setShares(the.call, { 'web-1': 0.25, 'web-2': 0.75 }, never()),
    ).toMatchObject({ ok: true, value: { places: 2, weights: 'web-1=1 web-2=3' } });
    const [one, two] = await the.files();
    expect(one).toBe(two);
    expect(one).toContain('weight=3');
  });

  it.each(['one', 'two'] as const)(
    'are left as they are while number %s does not run, which is named',
    async (which) => {
      the = await nginxPair();
      await the[which].kill();
      const before = await the.files();
      const answer = await the.router.drain(the.call, WEB_1, never());
      expect(answer).toMatchObject({
        ok: false,
        error: { code: 'router/unreachable', transient: true },
      });
      expect(answer.ok || answer.error.message).toContain(the[which].upstreamFile);
      expect(await the.files()).toEqual(before);
    },
  );

  it('of which one has to run go on without the other, which is brought to the same by itself', async () => {
    the = await nginxPair({ quorum: 1 });
    const { upstreamFile } = the.two;
    const shares = { 'web-1': 0.25, 'web-2': 0.75 };
    await the.router.setShares(the.call, { 'web-1': 1 }, never());
    await the.two.kill();
    const old = (await the.files())[1];
    const seen = await the.router.look(the.call, never());
    expect(seen).toMatchObject({ ok: true, value: { 'web-1': { away: [upstreamFile] } } });
    const without = { ...the.call, without: [upstreamFile] };
    expect(await the.router.setShares(without, shares, never())).toMatchObject({
      ok: true,
      value: { places: 1, away: upstreamFile },
    });
    expect((await the.files())[1]).toBe(old);

    await the.two.restart();
    const only = { ...the.call, only: [upstreamFile] };
    expect(await the.router.setShares(only, shares, never())).toMatchObject({ ok: true });
    const [one, two] = await the.files();
    expect(two).toBe(one);
  });
});
