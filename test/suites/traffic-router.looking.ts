import { expect, it } from 'vitest';
import { targetId } from '../../src/domain/model/ids.js';
import type { SeenTarget, SeenTargets } from '../../src/domain/ports/traffic-router.js';
import type { TrafficRouterFixture } from './traffic-router.fixture.js';

const never = (): AbortSignal => new AbortController().signal;
const [WEB_1, WEB_2] = [targetId('web-1'), targetId('web-2')];

/** One that the router gives that share of the requests. */
const serving = (share: number): SeenTarget => ({
  inRotation: true,
  share: expect.closeTo(share, 2),
  up: true,
  heldOut: false,
});
const drained = (share: number): SeenTarget => ({ ...serving(share), inRotation: false });

/** What every router says of its targets. */
export function looking(the: () => TrafficRouterFixture): void {
  const look = async (): Promise<SeenTargets> => {
    const answer = await the().router.look(the().call, never());
    expect(answer).toMatchObject({ ok: true });
    if (!answer.ok) return {};
    // What each of several places says comes beside it.
    const all = Object.entries(answer.value);
    return Object.fromEntries(
      all.map(([id, { inRotation, share, up, heldOut }]) => [
        id,
        { inRotation, share, up, heldOut },
      ]),
    );
  };
  const set = async (web1: number, web2: number): Promise<void> => {
    const shares = { 'web-1': web1, 'web-2': web2 };
    expect(await the().router.setShares(the().call, shares, never())).toMatchObject({ ok: true });
  };

  it('sees every target in rotation with its share, before and after shares are set', async () => {
    const third = serving(1 / 3);
    const before = await look();
    expect(before).toEqual({ 'web-1': third, 'web-2': third, 'web-3': third });
    expect(Object.keys(before)).toEqual(['web-1', 'web-2', 'web-3']);
    await set(0.25, 0.75);
    expect(await look()).toEqual({
      'web-1': serving(0.25),
      'web-2': serving(0.75),
      'web-3': serving(0),
    });
  });

  it('sees a drained target out of rotation, with the share it keeps or is given, until it is ready', async () => {
    await set(0.5, 0.5);
    await the().router.drain(the().call, WEB_1, never());
    expect(await look()).toEqual({
      'web-1': drained(0.5),
      'web-2': serving(0.5),
      'web-3': serving(0),
    });
    await set(0.25, 0.75);
    expect(await look()).toMatchObject({ 'web-1': drained(0.25), 'web-2': serving(0.75) });
    await the().router.drain(the().call, WEB_2, never());
    expect(await look()).toMatchObject({ 'web-1': drained(0.25), 'web-2': drained(0.75) });
    await the().router.ready(the().call, WEB_1, never());
    expect(await look()).toMatchObject({ 'web-1': serving(0.25), 'web-2': drained(0.75) });
    expect(await the().send(5)).toEqual({ 'web-1': 5 });
  });

  it('changes nothing by looking', async () => {
    await set(0.5, 0.5);
    await the().router.drain(the().call, WEB_1, never());
    expect(await look()).toEqual(await look());
    const shares = await the().router.shares(the().call, never());
    expect(shares).toMatchObject({ value: { 'web-1': 0, 'web-2': 1, 'web-3': 0 } });
    expect(await the().send(5)).toEqual({ 'web-2': 5 });
  });
}
