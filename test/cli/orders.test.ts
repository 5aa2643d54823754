import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import type { PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { CliWorld } from './cli-world.js';

const GATED = JSON.stringify({
  kind: 'steps',
  steps: [
    { kind: 'deploy', targets: ['web-1'] },
    { kind: 'gate', name: 'qa' },
    { kind: 'deploy', targets: ['web-2'] },
    { kind: 'gate', name: 'last' },
  ],
});

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});
afterEach(() => {
  world.worker.stop();
});

async function gated(version = '2.0.0', ...flags: readonly string[]): Promise<DeploymentId> {
  await world.run(['deploy', 'api', version, '--strategy-json', GATED, ...flags]);
  const id = [...world.state.deployments.keys()].at(-1);
  if (id === undefined) throw new Error('nothing was planned');
  return id;
}

const comesTo = (id: DeploymentId, status: PlanStatus) =>
  vi.waitFor(async () => expect((await world.store.load(id))?.state.status).toBe(status));

const standsAt = (id: DeploymentId, name: string) =>
  vi.waitFor(async () =>
    expect((await world.store.load(id))?.state).toMatchObject({ gate: { name } }),
  );

/** The number of the step with this gate, as explain counts. */
async function standingAt(id: DeploymentId, name: string): Promise<number> {
  await standsAt(id, name);
  const { out } = await world.run(['explain', id, '--json']);
  return (JSON.parse(out) as { step: { number: number } }).step.number;
}

describe('promote', () => {
  it('goes past one gate, or past all that are to come', async () => {
    const id = await gated();
    await standsAt(id, 'qa');
    expect(await world.run(['promote', id])).toEqual({
      code: 0,
      out: `${id} executing, promoted by ada\n`,
      err: '',
    });
    await standsAt(id, 'last');
    expect(world.calls).toEqual(['web-1=2.0.0', 'web-2=2.0.0']);

    const other = await gated('2.1.0');
    const last = await world.run(['promote', id, '--json', '--by', 'grace']);
    expect(JSON.parse(last.out)).toEqual({ id, state: 'verifying' });
    await standsAt(other, 'qa');
    expect((await world.run(['promote', other, '--all', '--wait'])).code).toBe(0);
  });

  it('that was meant for an earlier gate is not taken for the next', async () => {
    const id = await gated();
    const step = await standingAt(id, 'qa');
    await world.run(['promote', id, '--step', `${step}`]);
    await standsAt(id, 'last');
    expect((await world.run(['promote', id, '--step', `${step}`, '--by', 'grace'])).code).toBe(0);
    await standsAt(id, 'last');
  });

  it('leaves with 1 where the deployment stands at nothing of the kind', async () => {
    const id = await world.deployed('1.0.0');
    expect(await world.run(['promote', id])).toMatchObject({
      code: 1,
      err: `error: cannot promote: ${id} is completed\n`,
    });
    expect((await world.run(['promote', 'dep_0123456789'])).code).toBe(2);
  });
});

describe('pause and resume', () => {
  it('hold a deployment with the reason, and let it go on', async () => {
    const id = await gated();
    await standsAt(id, 'qa');
    expect((await world.run(['pause', id, '--reason', 'lunch'])).out).toBe(`${id} paused: lunch\n`);
    expect((await world.run(['show', id])).out).toMatch(/held +it is paused: lunch, since /);
    const { out } = await world.run(['resume', id]);
    expect(out).toBe(`${id} executing by ada\n`);
    await world.run(['promote', id, '--all']);
    await comesTo(id, 'completed');
  });

  it('say what makes it go on when the time to watch is up', async () => {
    const late = async () => (await world.run(['watch', id, '--timeout', '0s'])).err;
    const id = await gated();
    await standsAt(id, 'qa');
    expect(await late()).toContain(`executing and waits at a gate: signalbox promote ${id}\n`);
    await world.run(['pause', id, '--reason', 'lunch']);
    expect(await late()).toContain(`paused and waits to be resumed: signalbox resume ${id}\n`);

    const planned = (await world.run(['plan', 'api', '9.9.9', '--json'])).out;
    const draft = String(JSON.parse(planned).id);
    expect((await world.run(['watch', draft, '--timeout', '0s'])).err).toContain(
      `${draft} is draft and waits to be approved: signalbox approve ${draft}\n`,
    );
  });

  it('name who paused where no reason is given', async () => {
    const id = await gated();
    await standsAt(id, 'qa');
    expect((await world.run(['pause', id])).out).toBe(`${id} paused: paused by ada\n`);
  });
});

describe('abort', () => {
  it('puts the previous version back, and leaves with 0 once it is', async () => {
    await world.deployed('1.0.0');
    const id = await gated();
    await standsAt(id, 'qa');
    const { code, out } = await world.run(['abort', id, '--reason', 'wrong one', '--wait']);
    expect(code).toBe(0);
    expect(out).toContain('rolling back: wrong one');
    expect(world.calls.at(-1)).toBe('web-1=1.0.0');
  });

  it('leaves everything as it is with --no-rollback, from where retry goes on', async () => {
    const id = await gated();
    await standsAt(id, 'qa');
    const aborted = await world.run(['abort', id, '--no-rollback', '--wait', '--json']);
    expect(aborted.code).toBe(0);
    expect(JSON.parse(aborted.out)).toMatchObject({ state: 'failed', reason: 'aborted by ada' });
    const again = await world.run(['retry', id]);
    expect(again.out).toBe(`${id} approved, retried by ada\n`);
    await standsAt(id, 'qa');
    await world.run(['promote', id, '--all']);
    await comesTo(id, 'completed');
    expect(world.calls).toEqual(['web-1=2.0.0', 'web-2=2.0.0']);
  });

  it('cancels what has not begun', async () => {
    await world.run(['plan', 'api', '1.0.0']);
    const id = [...world.state.deployments.keys()][0] ?? '';
    expect((await world.run(['abort', id])).out).toBe(`${id} cancelled: aborted by ada\n`);
  });
});

describe('abort --force', () => {
  it('wants a reason, and ends what stands with everything as it is', async () => {
    const id = await gated();
    await standsAt(id, 'qa');
    expect(await world.run(['abort', id, '--force'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('expected --reason with --force'),
    });
    await standsAt(id, 'qa');
    const { code, out } = await world.run(['abort', id, '--force', '--reason', 'it hangs']);
    expect(code).toBe(0);
    expect(out).toBe(
      `${id} failed: ended by force by ada: it hangs; 2.0.0 on web-1, 1 not touched\n`,
    );
    expect(world.calls).toEqual(['web-1=2.0.0']);
    const again = await world.run(['abort', id, '--force', '--reason', 'it hangs']);
    expect(again.out).toBe(`${id} failed: nothing is left to do\n`);
  });

  it('leaves with 0 for who waits for it, also on the way back', async () => {
    await world.deployed('1.0.0');
    const id = await gated();
    await standsAt(id, 'qa');
    const json = await world.run([
      ...['abort', id, '--force', '--reason', 'it hangs', '--wait', '--json'],
    ]);
    expect(json.code).toBe(0);
    expect(JSON.parse(json.out)).toMatchObject({ state: 'failed' });
    const { out } = await world.run(['watch', id]);
    expect(out).toContain('failed: ended by force by ada: it hangs');
  });
});

describe('a reason', () => {
  it('is kept with an approval, a promotion, a resumption and a retry', async () => {
    await world.run(['plan', 'api', '2.0.0', '--strategy-json', GATED]);
    const id = [...world.state.deployments.keys()].at(-1);
    if (id === undefined) throw new Error('nothing was planned');
    await world.run(['approve', id, '--reason', 'reviewed']);
    await standsAt(id, 'qa');
    await world.run(['pause', id]);
    await world.run(['resume', id, '--reason', 'lunch is over']);
    await world.run(['promote', id, '--reason', 'looks fine']);
    await standsAt(id, 'last');
    await world.run(['abort', id, '--no-rollback']);
    await world.run(['retry', id, '--reason', 'repaired']);
    const kept = world.state.deployments.get(id)?.events.flatMap(({ event }) => {
      const reason = 'reason' in event ? event.reason : undefined;
      return reason === undefined ? [] : [`${event.type.replace('deployment.', '')}: ${reason}`];
    });
    expect(kept).toEqual([
      'approved: reviewed',
      'paused: paused by ada',
      'resumed: lunch is over',
      'promoted: looks fine',
      'failed: aborted by ada',
      'retried: repaired',
    ]);
  });
});

describe('retry', () => {
  it('says so where nothing is left to do', async () => {
    const id = await world.deployed('1.0.0');
    expect(await world.run(['retry', id])).toMatchObject({
      code: 0,
      out: `${id} completed: nothing is left to do\n`,
    });
  });

  it('leaves with 1 where the targets were not left where it stopped', async () => {
    await world.deployed('1.0.0');
    const id = await world.deployed('3.0.0');
    expect(await world.run(['retry', id])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error: cannot retry/),
    });
  });
});
