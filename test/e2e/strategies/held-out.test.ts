import { describe, expect, test, vi } from 'vitest';
import { haproxyTable, withTraffic } from '../../support/haproxy-table.js';
import { inProcessCli, type Ran } from '../../support/ran-cli.js';
import { shopWorld } from '../../support/shop-world.js';

const OUT = 'web-2 is held out of the router by somebody else';

/** Two targets with 1.0.0 behind a real HAProxy. */
async function lived(policy: object = {}) {
  const world = await shopWorld({ targets: 2, service: { policy } });
  const table = haproxyTable(world.haproxy, 'be_shop');
  await world.live('1.0.0');
  await table.until((now) => withTraffic(now).length === 2);
  const signalbox = (command: string): Promise<Ran> =>
    inProcessCli(`${command} --namespace ${world.namespace}`, {
      redisUrl: world.url,
      folder: world.folder,
    });
  return { world, table, signalbox };
}

describe('a server of a real HAProxy that a person holds out', () => {
  test('keeps a deployment from beginning where the policy says so, until it is put back', async () => {
    const { world, table, signalbox } = await lived({ heldOut: 'refuse' });
    await table.say('set server be_shop/web-2 state maint');
    const id = await world.deploy('2.0.0');
    const held = await world.until(id, ({ progress }) => progress.hold?.kind === 'held_out');
    expect(held.state.status).toBe('approved');
    // The hold is written first, and the slot given up after it; each later look takes it for a moment.
    await vi.waitFor(async () => expect((await world.index.slot(held)).holder).toBeNull());

    const { out } = await signalbox(`explain ${id}`);
    expect(out).toContain(`held by   held_out: ${OUT}\n`);
    expect(out).toContain('serving   the haproxy router says what serves\n');
    await table.say('set server be_shop/web-2 state ready');

    expect((await world.ended(id)).state.status).toBe('completed');
    await table.until((now) => withTraffic(now).length === 2);
  });

  test('is named by the next plan, and found by the doctor until it is put back', async () => {
    const { world, table, signalbox } = await lived();
    expect((await signalbox('doctor')).out).toMatch(/routers +asked about 1 service\n/);
    expect((await signalbox('doctor')).code).toBe(0);
    await table.say('set server be_shop/web-2 state maint');

    expect((await signalbox('doctor')).out).toContain(
      `warn  production/shop: ${OUT}, declared: in rotation with 1.0.0;`,
    );
    expect((await world.ended(await world.deploy('2.0.0'))).state.status).toBe('completed');
    const { out } = await signalbox('plan shop 2.1.0');
    expect(out).toContain(`${OUT}: it gets the version and no traffic\n`);

    await table.say('set server be_shop/web-2 state ready');
    await table.say('set server be_shop/web-1 weight 10');
    const drifted = await signalbox('doctor');
    expect(drifted.out).toMatch(
      /bad +production\/shop: of the traffic the router gives web-1 [\d.]+% \(declared: 50%\), web-2/,
    );
    expect(drifted.code).toBe(1);
    expect((await world.ended(await world.deploy('2.0.0'))).state.status).toBe('completed');
    expect((await signalbox('doctor')).out).not.toContain('bad  production/shop');
  });
});
