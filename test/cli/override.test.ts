import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { eventSentence } from '../../src/cli/render/event-sentence.js';
import { type DeploymentId, deploymentId } from '../../src/domain/model/ids.js';
import { CliWorld } from './cli-world.js';

let world: CliWorld;
beforeEach(() => {
  world = new CliWorld();
});
afterEach(() => {
  world.worker.stop();
});

const GATED = JSON.stringify({
  kind: 'steps',
  steps: [
    { kind: 'deploy', targets: ['web-1'] },
    { kind: 'gate', name: 'qa' },
    { kind: 'deploy', targets: ['web-2'] },
  ],
});

async function gated(): Promise<DeploymentId> {
  await world.run(['deploy', 'api', '2.0.0', '--strategy-json', GATED]);
  const id = [...world.state.deployments.keys()].at(-1);
  if (id === undefined) throw new Error('nothing was planned');
  return id;
}

describe('override', () => {
  it('wants a reason, and lets a deployment through a freeze', async () => {
    await world.frozen('--reason', 'stocktaking');
    const id = await gated();
    await vi.waitFor(async () =>
      expect((await world.store.load(id))?.progress.hold).toMatchObject({ kind: 'freeze' }),
    );
    expect(await world.run(['override', id])).toMatchObject({
      code: 2,
      err: expect.stringContaining("required option '--reason <text>'"),
    });
    expect((await world.run(['override', id, '--reason', 'urgent'])).out).toBe(
      `${id} approved, overridden by ada: urgent; for: frozen by ada: stocktaking\n`,
    );
    await vi.waitFor(async () =>
      expect((await world.store.load(id))?.state).toMatchObject({ gate: { name: 'qa' } }),
    );
    expect((await world.run(['show', id])).out).toContain(
      'override   by ada: urgent; for: frozen by ada: stocktaking\n',
    );
  });

  it('tells that it covers nothing, and explain that it does not cover what came later', async () => {
    const { out } = await world.run(['plan', 'api', '1.0.0', '--json']);
    const id = String(JSON.parse(out).id);
    const told = await world.run(['override', id, '--reason', 'urgent', '--json']);
    expect(JSON.parse(told.out)).toEqual({ id, state: 'draft', covers: [] });
    await world.frozen('--reason', 'stocktaking');
    await world.run(['approve', id]);

    const { out: why } = await world.run(['explain', id]);
    expect(why.replaceAll(/\s+/g, ' ')).toContain(
      'held by freeze: frozen by ada: stocktaking; the override by ada does not cover it, as nothing held it when that was given',
    );
    expect(why).toContain(`signalbox override ${id} --reason …`);
    await world.run(['override', id, '--reason', 'urgent']);
    await vi.waitFor(async () =>
      expect((await world.store.load(deploymentId(id)))?.state.status).not.toBe('approved'),
    );
  });

  it('is refused for a deployment that is not there', async () => {
    expect((await world.run(['override', 'dep_0123456789', '--reason', 'x'])).code).toBe(2);
  });

  it('is an event that says what it is for', () => {
    const covers = [{ of: 'freeze f-1', kind: 'freeze', reason: 'frozen: x', until: null }];
    const data = { by: 'bob', reason: 'urgent', covers };

    expect(eventSentence({ type: 'deployment.overridden', data })).toBe(
      'windows and freezes overridden by bob: urgent; for: frozen: x',
    );
  });
});
