import { NO_APPROVAL } from '../../src/domain/policy/approval.js';
import { aWorkerSign, knowing, knownService } from '../support/worker-signs.js';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
let id: DeploymentId;
beforeEach(async () => {
  world = new CliWorld();
  await world.run(['plan', 'api', '1.0.0']);
  for (const planned of world.state.deployments.keys()) id = planned;
});

describe('approve', () => {
  it('lets the draft be carried out, under the name of who asked', async () => {
    const { code, out } = await world.run(['approve', id, '--by', 'grace']);
    expect(code).toBe(0);
    expect(out).toBe(`${id} approved by grace\n`);
    await vi.waitFor(async () => expect((await world.index.counters()).completed).toBe(1));
    const events = await world.index.events(id);
    expect(events[1]).toMatchObject({ actor: 'grace', event: { type: 'deployment.approved' } });
  });

  it('takes the name from USER, and does not go without one', async () => {
    const { out } = await world.run(['approve', id, '--json']);
    expect(JSON.parse(out)).toEqual({ id, state: 'approved', missing: 0 });
    world.env = {};
    const { code, err } = await world.run(['approve', id]);
    expect(code).toBe(2);
    expect(err).toMatch(/^error: by: /);
  });

  it('says how many more must approve', async () => {
    world.policy = { ...world.policy, approval: 'required', approvals: 3, selfApproval: false };
    await world.run(['plan', 'api', '2.0.0', '--by', 'ada']);
    const waiting = [...world.state.deployments.keys()].at(-1) ?? '';
    expect(await world.run(['approve', waiting])).toMatchObject({
      code: 1,
      err: expect.stringContaining('ada requested it, and it needs the approval of somebody else'),
    });
    expect(await world.run(['approve', waiting, '--by', 'grace'])).toMatchObject({
      code: 0,
      out: `${waiting} draft by grace; 1 of 3 approvals, 2 more are needed\n`,
    });
    const { out } = await world.run(['approve', waiting, '--by', 'bob', '--json']);
    expect(JSON.parse(out)).toEqual({ id: waiting, state: 'draft', missing: 1 });
    expect((await world.run(['approve', waiting, '--by', 'cy', '--wait'])).code).toBe(0);
    expect((await world.run(['show', waiting])).out).toContain('approvals  3 of 3: grace, bob, cy');
  });

  it('say after an approval that nobody can give the others, where that is so', async () => {
    const policy = { ...world.policy, approval: 'required', approvals: 2 } as const;
    world.policy = { ...policy, approvers: ['ada', 'bob', 'cy'], selfApproval: false };
    const { out } = await world.run(['plan', 'api', '1.0.0', '--by', 'ada', '--json']);
    const draft = String(JSON.parse(out).id);
    const approvals = { now: { ...NO_APPROVAL, ...world.policy, approvers: ['ada', 'bob'] } };
    world.workers = [
      aWorkerSign({ knowledge: knowing(knownService('api', { elsewhere: 'now', approvals })) }),
    ];

    expect((await world.run(['approve', draft, '--by', 'bob'])).out).toBe(
      `${draft} draft by bob; 1 of 2 approvals, 1 more is needed, and nobody can give what is missing: \`policy.approval\` asks for 2 of ada, bob; 1 given by bob; ada requested it and may not approve it (\`notByRequester\`); nobody is left\n`,
    );
  });

  it('leaves with 1 where the state does not allow it, and with 2 for no deployment at all', async () => {
    await world.run(['reject', id]);
    const refused = await world.run(['approve', id, '--json']);
    expect(refused.code).toBe(1);
    const [text, json] = refused.err.trimEnd().split('\n');
    expect(text).toBe(`error: cannot approve: ${id} is cancelled`);
    expect(JSON.parse(json ?? '')).toEqual({
      error: { message: `cannot approve: ${id} is cancelled` },
    });
    expect((await world.run(['approve', 'dep_0123456789'])).code).toBe(2);
    expect((await world.run(['approve', 'nonsense'])).code).toBe(2);
  });
});

describe('reject', () => {
  it('cancels the draft with the reason', async () => {
    const { code, out } = await world.run(['reject', id, '--by', 'grace', '--reason', 'freeze']);
    expect(code).toBe(0);
    expect(out).toBe(`${id} cancelled: freeze\n`);
    expect((await world.store.load(id))?.state).toEqual({ status: 'cancelled', reason: 'freeze' });
  });
});
