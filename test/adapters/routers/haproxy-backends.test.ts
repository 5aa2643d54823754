import { afterEach, describe, expect, it, vi } from 'vitest';
import { serviceName, targetId } from '../../../src/domain/model/ids.js';
import type { RouteCall, TrafficRouter } from '../../../src/domain/ports/traffic-router.js';
import { type RunningHaproxy, startHaproxy } from '../../support/haproxy-server.js';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { routerOf } from './haproxy-site.js';
import { startWebTargets, webClient, type WebTargets } from './web-targets.js';

const never = (): AbortSignal => new AbortController().signal;
const IDS = ['blue-1', 'blue-2', 'green-1', 'green-2'];
const BLUE_1 = targetId('blue-1');
const BACKEND = 'be_{service}';
const COLOURS = 'be_{service}_{target.metadata.colour}';

describe('a service in several backends of one HAProxy', () => {
  let web: WebTargets;
  let haproxy: RunningHaproxy;
  let client: ReturnType<typeof webClient>;
  afterEach(async () => {
    client.close();
    await haproxy.dispose();
    await web.close();
  });

  /** All in be_api, each colour in a backend of its own that an ACL chooses, and another service beside it. */
  async function start() {
    web = await startWebTargets(IDS);
    const line = (id: string): string => `  server ${id} ${web.addressOf(id)} check inter 100`;
    const of = (colour: string): readonly string[] => [
      `backend be_api_${colour}`,
      ...IDS.filter((id) => id.startsWith(colour)).map(line),
    ];
    haproxy = await startHaproxy({
      servers: IDS.map((id) => line(id).trim().replace('server ', '')),
      routes: ['blue', 'green'].map(
        (one) => `use_backend be_api_${one} if { hdr(x-colour) ${one} }`,
      ),
      sections: [...of('blue'), ...of('green'), 'backend be_other', ...IDS.map(line)],
    });
    client = webClient(haproxy.port, { keepAlive: true });
    const coloured = web.call.targets.map((target) => ({
      ...target,
      metadata: { colour: target.id.split('-')[0] ?? '' },
    }));
    const call: RouteCall = { ...web.call, targets: coloured };
    const tableOf = (backend: string) => haproxyTable(haproxy, backend);
    return {
      call,
      tableOf,
      router: (backend: readonly string[]): TrafficRouter =>
        routerOf({ socket: haproxy.socket, backend }),
    };
  }

  it('sets shares where all targets are, and leaves what an ACL sends to a colour', async () => {
    const { call, router } = await start();
    const shares = { 'green-1': 0.5, 'green-2': 0.5 };
    expect(await router([BACKEND, COLOURS]).setShares(call, shares, never())).toMatchObject({
      ok: true,
    });
    expect(Object.keys(await client.send(8)).toSorted()).toEqual(['green-1', 'green-2']);
    expect(await client.ask('/', { 'x-colour': 'blue' })).toMatch(/^blue/);
    expect(await router([BACKEND, COLOURS]).look(call, never())).toMatchObject({
      value: { 'blue-1': { share: 0, inRotation: true }, 'green-1': { share: 0.5 } },
    });
  });

  it('drains a target in each backend that has it, waits for all, and puts it back in each', async () => {
    const { call, router, tableOf } = await start();
    const its = router([BACKEND, COLOURS]);
    await tableOf('be_api_blue').say('set server be_api_blue/blue-2 state maint');
    const [held] = await Promise.all([client.ask('/hold', { 'x-colour': 'blue' }), holding()]);
    expect(held).toBe('blue-1.');
    await its.ready(call, BLUE_1, never());
    for (const backend of ['be_api', 'be_api_blue']) {
      expect(withTraffic(await tableOf(backend).read())).toContain('blue-1');
    }
    expect(withTraffic(await tableOf('be_api_blue').read())).not.toContain('blue-2');

    /** Drains while a request that came by the ACL alone is under way. */
    async function holding(): Promise<void> {
      await vi.waitFor(async () => {
        expect(await tableOf('be_api_blue').say('show stat be_api_blue 4 -1')).toMatch(
          /be_api_blue,blue-1,\d+,\d+,1,/,
        );
      }, 10_000);
      let settled = false;
      const drained = its.drain(call, BLUE_1, never()).finally(() => (settled = true));
      await vi.waitFor(async () => {
        for (const backend of ['be_api', 'be_api_blue']) {
          expect((await tableOf(backend).read())['blue-1']?.status).toMatch(/^DRAIN/);
        }
      }, 10_000);
      expect(settled).toBe(false);
      web.letGo();
      expect(await drained).toMatchObject({ ok: true, value: { ended: true, places: 2 } });
    }
  });

  it('leaves the backends of another service alone', async () => {
    const { call, router, tableOf } = await start();
    await router([BACKEND]).drain(call, BLUE_1, never());
    const other = { ...call, service: serviceName('other') };
    expect(withTraffic(await tableOf('be_other').read())).toEqual(IDS);
    await router([BACKEND]).setShares(other, { 'green-1': 1 }, never());
    expect(withTraffic(await tableOf('be_other').read())).toEqual(['green-1']);
    expect(withTraffic(await tableOf('be_api').read())).toEqual(IDS.slice(1));
  });

  it('says why no share can be set where no backend has all targets, and still drains', async () => {
    const { call, router } = await start();
    const answer = await router([COLOURS]).setShares(call, { 'green-1': 1 }, never());
    expect(answer).toMatchObject({
      ok: false,
      error: {
        code: 'router/rejected',
        message:
          'no backend has all targets of production/api: no share can be set between several',
      },
    });
    expect(await router([COLOURS]).drain(call, BLUE_1, never())).toMatchObject({ ok: true });
    expect(await router([COLOURS]).look(call, never())).toMatchObject({
      value: { 'blue-1': { inRotation: false, share: 0.25 }, 'green-1': { share: 0.25 } },
    });
  });

  it('names the backend that a target is missing in, once where two names come to the same', async () => {
    const { call, router } = await start();
    const stranger = {
      id: targetId('blue-7'),
      name: '',
      address: '',
      metadata: { colour: 'blue' },
    };
    const all = { ...call, targets: [...call.targets, stranger] };
    const answer = await router(['be_api_{target.metadata.colour}', COLOURS]).look(all, never());
    expect(answer).toMatchObject({
      ok: false,
      error: { message: 'HAProxy has no server be_api_blue/blue-7' },
    });
    const bare = { ...call, targets: web.call.targets };
    expect(await router([COLOURS]).look(bare, never())).toMatchObject({
      ok: false,
      error: { code: 'router/rejected', message: '{target.metadata.colour} has no value here' },
    });
  });
});
