import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { SlotView } from '../../../src/domain/ports/deployment-store.js';
import type { Hold } from '../../../src/domain/model/hold.js';
import { anId, API, type DeploymentFixture } from '../../support/fixtures.js';
import {
  APPROVED,
  STARTED,
  commandsOf,
  deploy,
  explained,
  frozen,
  lived,
  planned,
  window,
} from './standing.js';

const steps = [deploy(1), deploy(2)];
const approved = (fixture: DeploymentFixture = {}): Deployment =>
  lived(planned(steps, fixture), 2_000, APPROVED);
const slotOf = (holder: DeploymentId | null, ...waiting: readonly DeploymentId[]): SlotView => ({
  ...API,
  holder,
  waiting,
});

describe('an approved deployment', () => {
  test('waits for a worker where nothing holds it', () => {
    const deployment = approved();
    expect(explained(deployment)).toMatchObject({
      holds: [],
      next: 'a worker takes it up and begins',
      nextAt: null,
    });
    expect(commandsOf(explained(deployment))).toEqual(['reject']);
    expect(explained(deployment, { slot: slotOf(null) }).holds).toEqual([]);
  });

  test('is held by who has the slot, with its place in line', () => {
    const deployment = approved();
    const other = anId();
    expect(explained(deployment, { slot: slotOf(other, anId(), deployment.id) }).holds).toEqual([
      {
        kind: 'slot',
        reason: `${other} is changing production/api; it is number 2 in line`,
        since: 2_000,
        until: null,
        liftedBy: `the end of ${other}: signalbox explain ${other} says what it waits for`,
        command: `signalbox abort ${other} --reason …`,
      },
    ]);
    expect(explained(deployment, { slot: slotOf(other) })).toMatchObject({
      holds: [{ reason: `${other} is changing production/api` }],
      next: 'it begins once nothing of this holds it any more',
      nextAt: null,
    });
  });

  test('is held by who is before it in line while nobody has the slot', () => {
    const deployment = approved();
    const other = anId();
    expect(explained(deployment, { slot: slotOf(null, other, deployment.id) }).holds).toMatchObject(
      [
        {
          kind: 'slot',
          reason: `${other} is before it in line for production/api; it is number 2 in line`,
        },
      ],
    );
  });

  test('is held by a limit as it was last told, unless it waits for the slot', () => {
    const hold: Hold = {
      kind: 'limit',
      reason: '2 of environment:production are under way',
      until: null,
      liftedBy: 'one',
    };
    const deployment = lived(approved(), 5_000, { type: 'deployment.held', hold });
    expect(explained(deployment).holds).toEqual([{ ...hold, since: 5_000, command: null }]);
    const waiting = explained(deployment, { slot: slotOf(anId(), deployment.id) });
    expect(waiting.holds.map(({ kind }) => kind)).toEqual(['slot']);
  });

  test.each(['router', 'held_out'] as const)(
    'is held by what a worker found before it began: %s',
    (kind) => {
      const hold: Hold = { kind, reason: 'it is so', until: null, liftedBy: 'one' };
      const deployment = lived(approved(), 5_000, { type: 'deployment.held', hold });

      expect(explained(deployment)).toMatchObject({
        holds: [{ ...hold, since: 5_000, command: null }],
        next: 'it begins once nothing of this holds it any more',
        nextAt: null,
      });
    },
  );

  test('is held by each freeze that covers it, from when both stood', () => {
    const deployment = approved();
    const freezes = [
      frozen({ until: 20_000 }),
      frozen({ id: 'frz-2', from: 5_000, until: 30_000, by: null }),
      frozen({ id: 'frz-3', scope: { environment: null, service: 'web', labels: {} } }),
    ];
    const explanation = explained(deployment, { freezes });
    expect(explanation.holds).toMatchObject([
      {
        kind: 'freeze',
        reason: 'frozen by ann: stocktaking',
        since: 2_000,
        until: 20_000,
        command: 'signalbox unfreeze frz-1',
      },
      {
        reason: 'frozen: stocktaking',
        since: 5_000,
        until: 30_000,
        command: 'signalbox unfreeze frz-2',
      },
    ]);
    expect(explanation.nextAt).toBe(30_000);
    expect(commandsOf(explanation)).toEqual(['override', 'reject']);
  });

  test('is held by the windows it lies in or outside of, and says when they open', () => {
    const windows = [
      window('deny', 5_000, 10_000, 'peak hours'),
      window('deny', 90_000, 10_000, 'later'),
      window('allow', 40_000, 10_000, 'evenings'),
    ];
    const deployment = approved({ policy: { windows } });
    const override = `signalbox override ${deployment.id} --reason …`;
    const explanation = explained(deployment);
    expect(explanation.holds).toMatchObject([
      {
        kind: 'window',
        reason: 'no deployments now: peak hours',
        since: 5_000,
        until: 15_000,
        command: override,
      },
      { kind: 'window', reason: 'outside its windows: evenings', since: null, until: 40_000 },
    ]);
    expect(explanation.nextAt).toBe(40_000);
    const told = lived(deployment, 3_000, {
      type: 'deployment.held',
      hold: { kind: 'window', reason: 'outside', until: 40_000, liftedBy: 'x' },
    });
    expect(explained(told).holds[1]).toMatchObject({ since: 3_000 });
  });

  test('is held by no window and no freeze that somebody overrode', () => {
    const deployment = lived(approved(), 3_000, {
      type: 'deployment.overridden',
      by: 'bob',
      reason: 'urgent',
    });
    expect(explained(deployment, { freezes: [frozen()] })).toMatchObject({
      holds: [],
      nextAt: null,
    });
  });

  test('is held after an automatic rollback where a rule asked for it, and not where a person did', () => {
    const automationHold = { reason: 'web-1 failed', since: 4_000, deploymentId: 'dep_bad' };
    const deployment = approved();
    expect(explained(deployment, { automationHold }).holds).toEqual([]);
    const automatic = { ...deployment, trigger: 'automation' } as const;
    expect(explained(automatic, { automationHold }).holds).toEqual([
      {
        kind: 'automation',
        reason: 'automation is held after the rollback of dep_bad: web-1 failed',
        since: 4_000,
        until: null,
        liftedBy: 'a person who releases it',
        command: 'signalbox release-automation api --environment production',
      },
    ]);
  });

  test('whose approval was not written down is held since it was planned', () => {
    const deployment = approved();
    const old = { ...deployment, progress: { ...deployment.progress, approvedAt: null } };
    const automationHold = { reason: 'web-1 failed', since: 0, deploymentId: 'dep_bad' };
    expect(
      explained({ ...old, trigger: 'automation' }, { automationHold, freezes: [frozen()] }).holds,
    ).toMatchObject([
      { kind: 'freeze', since: 1_000 },
      { kind: 'automation', since: 1_000 },
    ]);
  });

  test('that did not begin in time is cancelled next', () => {
    const deployment = approved({ policy: { startBy: 5_000 } });
    expect(explained(deployment, { now: 3_000 }).next).toBe('a worker takes it up and begins');
    expect(explained(deployment)).toMatchObject({
      next: 'it is cancelled: it did not begin in time',
      deadlines: [{ kind: 'start_by', at: 7_000, outcome: 'it is cancelled' }],
    });
  });

  test('that is a retry says from which step it goes on', () => {
    const deployment = lived(
      approved(),
      3_000,
      STARTED,
      { type: 'deployment.failed', reason: 'stopped', stoppedAt: 1 },
      { type: 'deployment.retried', by: 'ann', step: 1 },
    );
    expect(explained(deployment).next).toBe(
      'a worker takes it up and goes on at step 2: deploy web-2',
    );
  });
});
