import { describe, expect, test } from 'vitest';
import type { PlanCommand } from '../../../src/domain/plan/machine/plan-command.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import { deploymentRemedies } from '../../../src/domain/repair/deployment-remedies.js';
import { aDeployment, after, anId } from '../../support/fixtures.js';
import { BEGIN } from '../../support/store-hand.js';
import { finding, stored, told } from './places.js';

const begin: PlanCommand = BEGIN;
const draft = aDeployment({ policy: { approval: 'required', approvalExpiry: 1_000 } });
const approved = aDeployment({ approve: true });
const executing = after(approved, begin);
const cancelled = after(approved, { type: 'cancel', reason: 'not needed' });
const rollingBack: Deployment = {
  ...executing,
  state: { status: 'rolling_back', reason: 'slow', cause: 'request', since: 1 },
};
const held: Deployment = {
  ...approved,
  progress: {
    ...approved.progress,
    hold: { kind: 'limit', reason: 'enough are under way', until: null } as never,
  },
};
const limited = (deployment: Deployment): Deployment => ({
  ...deployment,
  plan: { ...deployment.plan, limits: [{ key: 'k', most: 1 }] },
});

const remedies = (
  invariant: Parameters<typeof finding>[0],
  ...snapshot: Parameters<typeof stored>
): readonly string[] => told(deploymentRemedies(finding(invariant), stored(...snapshot), []));

describe('what helps a deployment', () => {
  test('whose record and fields differ is to write the fields anew', () => {
    expect(remedies('record_readable', executing, { status: 'failed', service: 'a/b' })).toEqual([
      `write status executing in ${executing.id}, not failed`,
      `write svc production/api in ${executing.id}, not a/b`,
    ]);
    expect(remedies('record_readable', executing)).toEqual([]);
  });

  test('is to be put into the indexes that it belongs in, and taken out of the others', () => {
    expect(
      remedies('history_complete', executing, { listed: false, listedByService: false }),
    ).toEqual([
      `put ${executing.id} into the history`,
      `put ${executing.id} into the history of production/api`,
    ]);
    expect(remedies('history_complete', executing)).toEqual([]);
    expect(remedies('open_complete', executing, { open: false })).toEqual([
      `put ${executing.id} into the index of open deployments`,
    ]);
    expect(remedies('open_complete', cancelled)).toEqual([
      `take ${cancelled.id} out of the index of open deployments`,
    ]);
    expect(remedies('open_complete', executing)).toEqual([]);
    expect(remedies('due_complete', executing, { due: false })).toEqual([
      `put ${executing.id} into the index of due deployments`,
    ]);
    expect(remedies('due_complete', cancelled)).toEqual([
      `take ${cancelled.id} out of the index of due deployments`,
    ]);
    expect(remedies('due_complete', draft, { due: false })).toEqual([
      `put ${draft.id} into the index of due deployments`,
    ]);
    expect(remedies('due_complete', executing)).toEqual([]);
  });

  test('is to count against its limits while it is under way', () => {
    expect(remedies('limits_kept', limited(executing))).toEqual([
      `put ${executing.id} into the limit k`,
    ]);
    expect(remedies('limits_kept', limited(executing), { counted: ['k'] })).toEqual([]);
    expect(remedies('limits_kept', limited(cancelled), { counted: ['k'] })).toEqual([
      `take ${cancelled.id} out of the limit k`,
    ]);
    expect(remedies('limits_kept', limited(draft), { counted: ['k'] })).toEqual([
      `take ${draft.id} out of the limit k`,
    ]);
    expect(remedies('limits_kept', limited(approved), { counted: ['k'] })).toEqual([]);
  });

  test('is the slot, or a place in its line, where it changes the service or waits to', () => {
    const away = { holds: false };
    const said = (...snapshot: Parameters<typeof stored>) =>
      remedies('slot_held', ...snapshot).map((each) => each.split(' dep_')[0]);

    expect(remedies('slot_held', executing, away)).toEqual([
      `give the slot of production/api to ${executing.id}`,
    ]);
    expect(said(executing)).toEqual([]);
    expect(remedies('slot_held', executing, { inLine: true })).toEqual([
      `take ${executing.id} out of the line of production/api`,
    ]);
    expect(remedies('slot_held', approved, away)).toEqual([
      `put ${approved.id} at the end of the line of production/api`,
    ]);
    expect(remedies('slot_held', approved, { ...away, inLine: true })).toEqual([]);
    expect(remedies('slot_held', held, away)).toEqual([]);
    expect(remedies('slot_held', rollingBack, away)).toEqual([
      `put ${rollingBack.id} at the head of the line of production/api`,
    ]);
    expect(remedies('slot_held', cancelled, { ...away, inLine: true })).toEqual([
      `take ${cancelled.id} out of the line of production/api`,
    ]);
    expect(said(cancelled, { inLine: true })).toHaveLength(2);
    expect(said(draft)).toHaveLength(1);
  });

  test('is nothing where no index is to blame', () => {
    expect(remedies('state_folded', executing)).toEqual([]);
  });

  test('that is not there is to be named nowhere', () => {
    const id = anId();
    const gone = (invariant: Parameters<typeof finding>[0], listed = true) =>
      told(deploymentRemedies(finding(invariant), { id, kind: 'missing', listed }, ['a', 'b']));

    expect(gone('history_complete')).toEqual([`take ${id} out of the history`]);
    expect(gone('history_complete', false)).toEqual([]);
    expect(gone('open_complete')).toEqual([`take ${id} out of the index of open deployments`]);
    expect(gone('due_complete')).toEqual([`take ${id} out of the index of due deployments`]);
    expect(gone('limits_kept')).toEqual([
      `take ${id} out of the limit a`,
      `take ${id} out of the limit b`,
    ]);
    expect(gone('state_folded')).toEqual([]);
  });

  test('that cannot be read is a backup', () => {
    const unreadable = { id: anId(), kind: 'unreadable', problem: 'cannot be read' } as const;

    expect(told(deploymentRemedies(finding('record_readable'), unreadable, []))).toEqual([
      expect.stringContaining('put its fields back from a backup'),
    ]);
  });
});
