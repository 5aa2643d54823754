import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { capacity, serviceStatus, statusOf } from '../../../src/domain/model/service-status.js';
import {
  isSeenDown,
  mayServe,
  runsWell,
  shouldServe,
  surelyServes,
  wouldServe,
} from '../../../src/domain/model/serving.js';
import {
  ANYTHING,
  type Anything,
  type Known,
  type OpenCall,
  runs,
  sure,
  type TargetStatus,
  UNTOUCHED,
  widened,
} from '../../../src/domain/model/target-status.js';
import type { Version } from '../../../src/domain/model/ids.js';
import { aTarget, web } from '../../support/fixtures.js';
import { BEFORE_ID, running, webs } from './standing.js';
import { aService, aStatus, NEW, OLD } from './statuses.js';

/** Every way in which it may really be, each of them sure. */
const waysOf = ({ version, inRotation, weight, ...rest }: TargetStatus): readonly TargetStatus[] =>
  version.flatMap((one) =>
    inRotation.flatMap((rotates) =>
      weight.map((share) => ({
        ...rest,
        ...{ version: [one], inRotation: [rotates], weight: [share] },
      })),
    ),
  );

const ofAny = (check: (status: TargetStatus) => void): void =>
  fc.assert(fc.property(aStatus, check), { numRuns: 1_000 });

describe('what surely serves', () => {
  test('may serve, and should', () => {
    ofAny((status) => {
      if (!surelyServes(status)) return;
      expect(mayServe(status)).toBe(true);
      expect(shouldServe(status)).toBe(true);
      expect(wouldServe(status)).toBe(true);
    });
  });

  test('serves in every way in which it may really be', () => {
    ofAny((status) => {
      if (!surelyServes(status)) return;
      expect(waysOf(status).every(surelyServes)).toBe(true);
    });
  });

  test('is what would serve and is surely in rotation', () => {
    ofAny((status) => {
      const rotates = sure(status.inRotation) === true;
      expect(surelyServes(status)).toBe(wouldServe(status) && rotates);
    });
  });

  test('is nothing that somebody holds out, that was seen down, or that nobody can see', () => {
    expect(surelyServes(running())).toBe(true);
    expect(surelyServes(running('0.9.0', { seen: { up: true } }))).toBe(true);
    expect(surelyServes(running('0.9.0', { seen: { up: false } }))).toBe(false);
    expect(surelyServes(running('0.9.0', { seen: { up: null } }))).toBe(false);
    expect(surelyServes(running('0.9.0', { heldOut: 'maintenance' }))).toBe(false);
  });

  test('has no share of nothing, runs no bad version, and not nothing', () => {
    expect(surelyServes(running('0.9.0', { weight: [0] }))).toBe(false);
    expect(surelyServes(running('0.9.0', { weight: [0.5, 0] }))).toBe(false);
    expect(surelyServes(running('0.9.0', { bad: OLD }))).toBe(false);
    expect(surelyServes(running('0.9.0', { bad: NEW }))).toBe(true);
    expect(surelyServes(running(null))).toBe(false);
  });
});

describe('what may serve', () => {
  test('serves in one at least of the ways in which it may really be, and else in none', () => {
    ofAny((status) => {
      expect(mayServe(status)).toBe(waysOf(status).some(mayServe));
    });
  });

  test('is not what was seen down: taking that out costs nothing', () => {
    ofAny((status) => {
      expect(isSeenDown(status) && mayServe(status)).toBe(false);
    });
  });

  test('is also what was found bad, where a check just now cannot say', () => {
    const bad: TargetStatus = { ...UNTOUCHED, version: [NEW], bad: NEW };
    expect(mayServe(bad)).toBe(false);
    expect(mayServe({ ...bad, seen: { up: null } })).toBe(true);
    expect(surelyServes({ ...bad, seen: { up: null } })).toBe(false);
  });

  test('is a target that nobody ever called, and that was not seen down', () => {
    expect(mayServe(UNTOUCHED)).toBe(true);
    expect(surelyServes(UNTOUCHED)).toBe(true);
  });
});

describe('to know less', () => {
  const more = fc.record({
    version: fc.subarray<Version | null | Anything>([OLD, NEW, null, ANYTHING]),
    inRotation: fc.subarray([true, false]),
    weight: fc.subarray<number | null>([null, 0, 0.5]),
  });

  test('never makes it serve for sure, and never makes it useless', () => {
    fc.assert(
      fc.property(aStatus, more, (status, { version, inRotation, weight }) => {
        const wider: TargetStatus = {
          ...status,
          version: widened(status.version, ...version),
          inRotation: widened(status.inRotation, ...inRotation),
          weight: widened(status.weight, ...weight),
        };
        expect(surelyServes(wider) && !surelyServes(status)).toBe(false);
        expect(mayServe(status) && !mayServe(wider)).toBe(false);
        expect(runsWell(wider, OLD) && !runsWell(status, OLD)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  test('keeps all that it may be, each once, what it was first', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1 }), fc.array(fc.nat(5)), (first, later) => {
        const was = [...new Set(first)] as unknown as Known<number>;
        const now = widened(was, ...later);

        expect(now).toEqual([...new Set([...first, ...later])]);
        if (now.length === was.length) expect(now).toBe(was);
      }),
    );
  });
});

describe('the version of a target', () => {
  test('is known only where one is sure', () => {
    expect(runs(running('0.9.0'))).toBe('0.9.0');
    expect(runs(running(null))).toBeNull();
    expect(runs(UNTOUCHED)).toBeUndefined();
    expect(runs(running('0.9.0', { version: [OLD, NEW] }))).toBeUndefined();
  });

  test('is run well where no check found it bad; nothing is never bad', () => {
    expect(runsWell(running('0.9.0'), OLD)).toBe(true);
    expect(runsWell(running('0.9.0', { bad: OLD }), OLD)).toBe(false);
    expect(runsWell(running('0.9.0'), NEW)).toBe(false);
    expect(runsWell(running(null, { bad: OLD }), null)).toBe(true);
  });
});

describe('a service', () => {
  test('counts what surely serves as it would by looking at each', () => {
    fc.assert(
      fc.property(aService(aStatus), aStatus, (service, status) => {
        const changed = { targets: service.targets.with(web(1), status) };
        for (const each of [service, changed]) {
          expect(capacity(each)).toBe([...each.targets.values()].filter(surelyServes).length);
        }
      }),
    );
  });

  test('has every target of the plan, in its order, and keeps apart what else is known', () => {
    const record = { targets: webs(running(), running('1.0.0')), stable: [], active: null };
    const planned = [aTarget('web-9'), aTarget('web-2')];
    const service = serviceStatus({ ...record, revision: 3 }, { targets: planned, router: null });

    expect([...service.targets.keys()]).toEqual([web(9), web(2)]);
    expect(statusOf(service, web(9))).toBe(UNTOUCHED);
    expect(statusOf(service, web(2))).toMatchObject({ version: ['1.0.0'], by: BEFORE_ID });
    expect([...service.others.keys()]).toEqual([web(1)]);
    expect(statusOf(service, web(1))).toBe(UNTOUCHED);
  });

  test('counts the calls that nobody has ended', () => {
    const call: OpenCall = {
      ...{ deploymentId: BEFORE_ID, action: 'deploy', version: NEW },
      ...{ fence: 1, worker: 'w', since: 1 },
    };
    const record = { targets: webs(running(), running('0.9.0', { call })), stable: [] };
    const service = serviceStatus(
      { ...record, active: null, revision: 1 },
      { targets: [aTarget('web-1'), aTarget('web-2')], router: null },
    );

    expect(service.targets.count('called')).toBe(1);
  });
});
