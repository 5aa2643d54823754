import { describe, expect, test } from 'vitest';
import { deploymentId, type TargetId } from '../../../src/domain/ids.js';
import { overtakenBy } from '../../../src/domain/orchestrator/overtaken.js';
import { restoreTargets } from '../../../src/domain/orchestrator/restore-targets.js';
import { type KnownTarget, PENDING } from '../../../src/domain/plan/target.js';
import type { TargetDriver } from '../../../src/domain/ports/target-driver.js';
import { ok } from '../../../src/domain/result.js';
import { FakeDriver } from '../../support/fake-services.js';
import { after, v, web } from '../../support/fixtures.js';
import * as give from '../plan/commands.js';
import { inStatus } from '../plan/states.js';
import { legOf } from './a-leg.js';

const BEFORE = deploymentId('dep_0000000000before');
const goneBack = inStatus('rolling_back');

describe('a way back that others have been on', () => {
  const other = deploymentId('dep_0000000000other');
  const lastGood = {
    ...goneBack,
    version: v('0.9.0'),
    deploymentId: BEFORE,
    since: 1,
  };
  const known = (fact: Partial<KnownTarget>) => async () =>
    new Map<TargetId, KnownTarget>([
      [web(2), { version: null, healthy: null, deploymentId: other, ...fact }],
    ]);

  test('is open where what they did was before, or is gone', async () => {
    const earlier = async () => ({ ...goneBack, startedAt: 1 });
    expect(
      await overtakenBy(
        legOf(goneBack, { lastGood, knownTargets: known({}), loadDeployment: earlier }),
      ),
    ).toBeNull();
    expect(await overtakenBy(legOf(goneBack, { lastGood, knownTargets: known({}) }))).toBeNull();
  });

  test('is closed by a version that they left, or by nobody knows what', async () => {
    const later = { lastGood, loadDeployment: async () => ({ ...goneBack, startedAt: 9_000_000 }) };
    expect(
      await overtakenBy(
        legOf(goneBack, { ...later, knownTargets: known({ version: v('3.0.0') }) }),
      ),
    ).toBe(`${other} has left web-2 with 3.0.0 since`);
    expect(await overtakenBy(legOf(goneBack, { ...later, knownTargets: known({}) }))).toContain(
      'an unknown version',
    );
    expect(
      await overtakenBy(
        legOf({ ...goneBack, startedAt: null }, { lastGood, knownTargets: known({}) }),
      ),
    ).not.toBeNull();
  });

  test('is closed too where they changed what was put back before', async () => {
    const again = after(goneBack, give.startRestore(web(1)), give.restoreTarget(web(1)));
    const loadDeployment = async () => ({ ...goneBack, startedAt: 9_000_000 });
    const since = (by: typeof other) => async () =>
      new Map<TargetId, KnownTarget>([
        [web(1), { version: null, healthy: null, deploymentId: by }],
      ]);

    const theirs = legOf(again, { lastGood, loadDeployment, knownTargets: since(other) });
    expect(await overtakenBy(theirs)).toContain('has left web-1');
    const own = legOf(again, { lastGood, loadDeployment, knownTargets: since(goneBack.id) });
    expect(await overtakenBy(own)).toBeNull();
  });

  test('of a first version is open where nothing is known of what they left', async () => {
    const first = { ...goneBack, previous: null };
    expect(await overtakenBy(legOf(first, { knownTargets: known({}) }))).toBeNull();
  });

  test('waits until nothing of theirs is going on any more', async () => {
    const driver: TargetDriver = Object.assign(new FakeDriver(), { settle: async () => 300 });
    const started = { ...inStatus('executing'), id: other, startedAt: 1 };
    const unsettled = new Map<TargetId, KnownTarget>([
      [web(1), { version: null, healthy: null, deploymentId: other }],
    ]);
    const leg = legOf(goneBack, {
      driver,
      lastGood,
      knownTargets: async () => unsettled,
      loadDeployment: async () => started,
    });

    expect(await restoreTargets(leg)).toBe(leg.clock.now() + 300);
  });

  test('goes on to the end where a call changes nothing', async () => {
    const leg = legOf(after(goneBack, give.startRestore(web(1))), { lastGood });
    leg.journal.submit = () => ({ refusal: { code: 'plan/refused', message: 'no' } });
    leg.journal.flush = async () => {};

    expect(await restoreTargets(leg)).toBeNull();
    expect(leg.journal.deployment.state.status).toBe('rolling_back');
  });

  test('takes what nobody knows the time of last', async () => {
    const driver = new FakeDriver();
    driver.onApply = () => ok({});
    const progress = { ...PENDING, state: 'started' } as const;
    const untimed = new Map([web(1), web(2)].map((id) => [id, progress] as const));
    const leg = legOf({ ...goneBack, targets: untimed }, { driver, lastGood });
    leg.journal.flush = async () => {};
    await restoreTargets(leg);

    expect(driver.calls.map(({ target }) => target.id)).toEqual(['web-2', 'web-1']);
  });
});
