import { expect, test } from 'vitest';
import { haproxyTable } from '../../support/haproxy-table.js';
import { spawnedCli } from '../../support/ran-cli.js';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';

/** What `signalbox doctor` says of this world, from a process of its own in its folder. */
const doctor = ({ folder, namespace, url }: ShopWorld, flags = '') =>
  spawnedCli(`doctor --namespace ${namespace}${flags}`, { redisUrl: url, folder });

test('doctor names the one of two real HAProxies that differs, what is declared, and what to do', async () => {
  const world = await shopWorld({ targets: 2, balancers: 2 });
  const [one, second] = world.balancers;
  if (one === undefined || second === undefined) throw new Error('no pair');
  await world.live('1.0.0');
  const well = await doctor(world);
  expect(well).toMatchObject({ code: 0 });
  expect(well.out).not.toContain(second.socketAddress);

  const table = haproxyTable(second, 'be_shop');
  await table.say('set server be_shop/web-1 weight 10');
  const weighed = await doctor(world);
  expect(weighed.code).toBe(1);
  expect(weighed.out).toMatch(
    new RegExp(
      `production/shop at ${second.socketAddress}: of the traffic the router gives web-1 .*declared: 50%.*signalbox deploy shop 1.0.0`,
    ),
  );
  expect(weighed.out).not.toContain(one.socketAddress);

  await table.say('set server be_shop/web-2 state maint');
  const { out } = await doctor(world);
  expect(out).toContain(
    `production/shop at ${second.socketAddress}: web-2 is held out of the router by somebody else`,
  );
  const { out: json } = await doctor(world, ' --json');
  expect(JSON.parse(json)).toMatchObject({
    ...{ healthy: false, drift: { services: [{ place: second.socketAddress, kind: 'drifted' }] } },
  });

  await second.kill();
  const away = await doctor(world);
  expect(away.out).toContain(
    `production/shop at ${second.socketAddress}: its router cannot be asked`,
  );
});
