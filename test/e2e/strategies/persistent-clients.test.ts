import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { shopWorld, type ShopWorld } from '../../support/shop-world.js';

/** A client with a session: asks again and again, and keeps what it was given. */
function client({ haproxy }: ShopWorld) {
  const stop = new AbortController();
  const answers: { version: string | null; at: number }[] = [];
  let cookie = '';
  const ask = async (): Promise<void> => {
    const response = await fetch(`${haproxy.url}/`, { headers: { cookie, 'x-client': 'ann' } });
    const [set] = response.headers.getSetCookie();
    if (set !== undefined) cookie = set.split(';')[0] ?? '';
    const body: unknown = await response.json().catch(() => null);
    const version =
      typeof body === 'object' && body !== null && 'version' in body ? body.version : '';
    answers.push({ version: response.ok ? String(version) : null, at: Date.now() });
  };
  const asking = (async () => {
    while (!stop.signal.aborted) {
      await ask().catch(() => answers.push({ version: null, at: Date.now() }));
      await delay(10);
    }
  })();
  onTestFinished(async () => {
    stop.abort();
    await asking;
  });
  const since = (at: number) => [
    ...new Set(answers.filter((one) => one.at > at).map(({ version }) => version)),
  ];
  const served = async (): Promise<string | null | undefined> => {
    const before = answers.length;
    await expect.poll(() => answers.length, { timeout: 30_000 }).toBeGreaterThan(before + 3);
    return answers.at(-1)?.version;
  };
  return { answers, since, served };
}

const countedAtEnd = async ({ index, load }: ShopWorld, id: string) =>
  (await index.events((await load(id)).id))
    .map(({ event }) => event)
    .findLast((event) => event.type === 'deployment.requests_counted');

const switched = async (world: ShopWorld, version: string): Promise<void> => {
  const id = await world.deploy(version, { strategy: { kind: 'blue_green' } });
  expect((await world.ended(id)).state).toEqual({ status: 'completed' });
};

describe('a client that HAProxy keeps on its server', () => {
  for (const keeps of ['cookie', 'table'] as const) {
    test(`by ${keeps} keeps the old colour for the grace, and then gets the new one; none of its requests fails`, async () => {
      const router = { persistent: 'end', persistentGrace: '3s' };
      const world = await shopWorld({ perColour: 1, keeps, router });
      await world.live('1.0.0');
      const { served, answers } = client(world);
      expect(await served()).toBe('1.0.0');
      const id = await world.deploy('2.0.0', { strategy: { kind: 'blue_green' } });
      await world.until(
        id,
        ({ state }) => state.status === 'executing' && state.waitUntil !== null,
      );
      // All traffic is switched, and it still has its session.
      expect(await served()).toBe('1.0.0');
      expect((await world.ended(id)).state).toEqual({ status: 'completed' });
      expect(await served()).toBe('2.0.0');
      // By HAProxy's own counters, which count what this client was answered since the switch.
      const old = await countedAtEnd(world, id);
      expect(old?.overMs).toBeGreaterThanOrEqual(3_000);
      expect(old?.requests).toBeGreaterThan(3);
      const all = answers.filter(({ version }) => version === '1.0.0').length;
      expect(old?.requests).toBeLessThanOrEqual(all + 1);

      // And so at the next switch, which opens the other colour again, and at the way back.
      await switched(world, '3.0.0');
      expect(await served()).toBe('3.0.0');
      await world.producer.rollback({ service: 'shop', reason: 'second thoughts' });
      await expect.poll(served, { timeout: 60_000 }).not.toBe('3.0.0');
      expect(answers.filter(({ version }) => version === null)).toEqual([]);
    });
  }

  test('stays on the old colour where that is let', async () => {
    const world = await shopWorld({ perColour: 1, keeps: 'cookie' });
    await world.live('1.0.0');
    const { served } = client(world);
    expect(await served()).toBe('1.0.0');
    await switched(world, '2.0.0');
    expect(await served()).toBe('1.0.0');
  });
});
