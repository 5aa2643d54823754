import { beforeEach, describe, expect, it } from 'vitest';
import { Places } from './places.js';

const LATER_MS = 60_000;

/** What the judge holds against us, and what it does not: it is to be strict, and fair. */
describe('the judge of places', () => {
  let time = 0;
  let places: Places;
  const serveOn = (...ids: readonly string[]): void =>
    places.act({ by: 'a test', what: 'begins' }, (place, id) => {
      place.version = ids.includes(id) ? '1.0.0' : null;
    });
  const drain = (target: string): void =>
    places.act({ by: 'us', what: `drain ${target}` }, (place, id) => {
      if (id === target) place.drained = true;
    });
  const kinds = (): readonly string[] => places.judge.faults.map(({ kind }) => kind);

  beforeEach(() => {
    time = 0;
    const targets = ['web-1', 'web-2', 'web-3'];
    const its = { routed: true, oneState: true, seeing: true, now: () => time };
    places = new Places({ targets, ...its });
    serveOn(...targets);
    places.judge.floor = () => 2;
  });

  it('lets as many be taken out as the floor allows, and not one more', () => {
    drain('web-1');
    expect(kinds()).toEqual([]);
    drain('web-2');
    expect(kinds()).toEqual(['floor']);
  });

  it('counts nobody whose version is bad, whose process is dead, who has no share, or whom a person holds out', () => {
    places.spoil('web-1');
    places.move({ kind: 'kill', target: 1 });
    expect(places.targets.filter((id) => places.serves(id))).toEqual(['web-3']);
    places.move({ kind: 'maint', target: 2 });
    expect(places.serving).toBe(0);
  });

  it('excuses what nobody can have seen yet', () => {
    places.move({ kind: 'kill', target: 1 });
    drain('web-1');
    expect(kinds()).toEqual([]);
  });

  it('does not excuse what a look has shown', () => {
    places.move({ kind: 'kill', target: 1 });
    places.looked();
    drain('web-1');
    expect(kinds()).toEqual(['floor']);
  });

  it('holds the record to what the world moved once that was seen and written, and not before', () => {
    places.move({ kind: 'ready', target: 1 });
    places.wrote('w1');
    expect(places.rerouted('web-2')).toBe(true);
    const heard = places.looked();
    places.wrote('w1');
    expect(places.rerouted('web-2')).toBe(true);
    heard('w1');
    places.wrote('w2');
    expect(places.rerouted('web-2')).toBe(true);
    places.wrote('w1');
    expect(places.rerouted('web-2')).toBe(false);
  });

  it('does not excuse for long who never looks', () => {
    places.move({ kind: 'maint', target: 1 });
    time += LATER_MS;
    drain('web-1');
    expect(kinds()).toEqual(['floor']);
  });

  it('excuses whoever can not look, as the router is away', () => {
    places.move({ kind: 'away', ms: 2 * LATER_MS });
    places.move({ kind: 'kill', target: 1 });
    time += LATER_MS;
    drain('web-1');
    expect(kinds()).toEqual([]);
    time += 2 * LATER_MS;
    drain('web-3');
    expect(kinds()).toEqual(['floor']);
  });

  it('holds nothing against us that the world did, and nothing that takes away none of those that serve', () => {
    places.move({ kind: 'kill', target: 0 });
    places.move({ kind: 'maint', target: 1 });
    places.looked();
    drain('web-1');
    drain('web-2');
    expect(kinds()).toEqual([]);
  });

  it('takes what a call left bad for serving until a check has told of it', () => {
    places.spoil('web-1');
    drain('web-2');
    expect(kinds()).toEqual([]);
    places.checked('web-1');
    drain('web-3');
    expect(kinds()).toEqual(['floor']);
  });

  it('forgets what was drained and weighed when the router does', () => {
    drain('web-1');
    places.act({ by: 'us', what: 'weigh' }, (place, id) => {
      place.share = id === 'web-3' ? 1 : 0;
    });
    places.move({ kind: 'forget' });
    expect(places.serving).toBe(3);
    expect(places.at('web-1')).toMatchObject({ drained: false, share: 1 / 3 });
  });
});
