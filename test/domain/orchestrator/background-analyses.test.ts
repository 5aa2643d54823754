import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../../src/domain/model/ids.js';
import type { Deployment } from '../../../src/domain/model/deployment/deployment.js';
import type { AnalysisSpec } from '../../../src/domain/model/plan/analysis-spec.js';
import { anAnalysis } from '../strategies/an-analysis.js';
import { canary, measured, type Metrics, metrics } from './measured.js';
import type { World } from './world.js';

describe('an analysis in the background', () => {
  /** Its one analysis, as it ended. */
  const verdictOf = ({ analyses }: Deployment) => Object.values(analyses)[0]?.report;
  const standing = ({ state, plan }: Deployment) =>
    state.status === 'executing' ? plan.steps[state.step] : state.status;

  /** Pass after pass, until it stands at a step that measures. */
  async function untilItMeasures(world: World, id: DeploymentId): Promise<Deployment> {
    for (;;) {
      const deployment = await world.load(id);
      const at = standing(deployment);
      if (typeof at === 'object' && at.kind === 'measure') return deployment;
      const ending = await world.orchestrator.advance('execute', id);
      if (ending.kind !== 'wait_until') throw new Error(`it does not wait: ${ending.kind}`);
      if (standing(await world.load(id)) === at)
        world.clock.advance(ending.until - world.clock.now());
    }
  }

  test('has the rounds it is to have before the last stage: the deployment waits for them', async () => {
    const said = metrics(0);
    const world = measured(said, 'background', { count: 50 });
    const { id } = await world.planned();
    const waiting = await untilItMeasures(world, id);

    expect(standing(waiting)).toMatchObject({ until: 'rounds' });
    expect(said.asked).toBeGreaterThan(5);
    expect(said.asked).toBeLessThan(50);
    expect(world.driver.runs.get('web-2')).toBeUndefined();
    const ended = await world.finish(id);
    expect(ended.state.status).toBe('completed');
    expect(said.asked).toBeGreaterThanOrEqual(50);
    expect(verdictOf(ended)).toMatchObject({ verdict: 'healthy', rounds: 50 });
    expect(verdictOf(ended)?.round).toBeGreaterThanOrEqual(50);
  });

  test('that is bad in the rounds that were still missing stops the deployment before its last stage', async () => {
    const world = measured(metrics(...Array<number>(40).fill(0), 9), 'background', { count: 50 });
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    const newOnes = world.driver.calls.filter(({ version }) => version === '1.0.0');
    expect(newOnes.map(({ target }) => target.id)).toEqual(['web-1']);
  });

  test('is waited for in vain by nobody: who promotes past it has no verdict', async () => {
    for (const all of [false, true]) {
      const world = measured(metrics(0), 'background', { count: 5_000 });
      const { id } = await world.planned();
      await untilItMeasures(world, id);

      await world.order(id, { type: 'promote', by: 'ann', all });
      if (!all) {
        const last = await untilItMeasures(world, id);
        expect(standing(last)).toMatchObject({ until: 'verdict' });
        await world.order(id, { type: 'promote', by: 'ann', all });
      }

      const ended = await world.finish(id);
      expect(ended.state.status).toBe('completed');
      expect(verdictOf(ended)).toBeNull();
    }
  });

  test('is judged where the last step of its own is a gate that somebody promotes', async () => {
    const said = metrics(0, 0, 9);
    const world = measured(said, 'background');
    const { id } = await world.planned({
      policy: { onFailure: 'hold' },
      strategy: { ...canary('background'), stages: [{ targets: 100, gate: true }] },
    });
    await world.orchestrator.advance('execute', id);
    await world.order(id, { type: 'promote', by: 'ann', all: false });

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('failed');
    expect(verdictOf(ended)).toMatchObject({ verdict: 'unhealthy', round: 3 });
  });

  test('of a plan that does not wait for it is inconclusive where it was cut short', async () => {
    const world = measured(metrics(0), 'background', { count: 1_000, onInconclusive: 'pause' });
    const { id } = await world.planned();
    const row = world.state.deployments.get(id);
    if (row === undefined) throw new Error('it is not there');
    const { plan } = row.deployment;
    const steps = plan.steps.filter(({ kind }) => kind !== 'measure');
    row.deployment = { ...row.deployment, plan: { ...plan, steps } };

    const paused = await world.finish(id);

    expect(paused.state.status).toBe('paused');
    expect(verdictOf(paused)?.reason).toMatch(
      /^only \d+ of 1000 rounds were measured: errors as allowed/,
    );
  });

  test('stops the steps as soon as it speaks against the version', async () => {
    const world = measured(metrics(0, 9), 'background');
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    expect((await world.finish(id)).state.status).toBe('rolled_back');
    expect(world.driver.runs.get('web-2')).toBe('0.9.0');
    expect(world.driver.calls.filter(({ version }) => version === '1.0.0')).toHaveLength(1);
  });

  test('is measured anew by a retry, and not passed over', async () => {
    const said = metrics(9);
    const world = measured(said, 'background');
    const { id } = await world.planned({ policy: { onFailure: 'hold' } });
    expect((await world.finish(id)).state.status).toBe('failed');

    await world.order(id, { type: 'retry', by: 'ann' });
    expect((await world.finish(id)).state.status).toBe('failed');
    said.says.splice(0, 1, 0);
    await world.order(id, { type: 'retry', by: 'ann' });

    expect((await world.finish(id)).state.status).toBe('completed');
  });

  test('measures on behind its rounds, until a round that ends after the last step', async () => {
    const said = metrics(0);
    const world = measured(said, 'background', { count: 1 });
    const { id } = await world.planned();

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(said.asked).toBeGreaterThan(10);
    expect(verdictOf(ended)).toMatchObject({ verdict: 'healthy', round: said.asked, rounds: 1 });
  });

  /** At the gate of its first stage, for so many rounds. */
  async function atTheGate(said: Metrics, rounds: number, spec: Partial<AnalysisSpec> = {}) {
    const world = measured(said, 'background', spec);
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const stages = [{ targets: 50, gate: true, wait: 0 }, 100];
    const { id } = await world.planned({ strategy: { ...canary('background'), stages } });
    await world.orchestrator.advance('execute', id);
    world.clock.advance(5);
    for (let round = 0; round < rounds; round++) {
      world.clock.advance(7);
      await world.orchestrator.advance('execute', id);
    }
    return { world, id };
  }

  test('takes a version back that gets bad at a gate, long after its rounds', async () => {
    const { world, id } = await atTheGate(metrics(...Array<number>(20).fill(0), 9), 21);

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('rolled_back');
    expect(verdictOf(ended)).toMatchObject({ verdict: 'unhealthy', round: 21, rounds: 3 });
  });

  test('sees what got bad right before somebody promoted, though no round was due any more', async () => {
    const said = metrics(0);
    const { world, id } = await atTheGate(said, 20);
    said.says.splice(0, 1, 9);
    await world.order(id, { type: 'promote', by: 'ann', all: false });

    expect((await world.finish(id)).state.status).toBe('rolled_back');
  });

  test.each(['pause', 'pass'] as const)(
    'that could not tell on the way measures on: onInconclusive %s',
    async (onInconclusive) => {
      const said = metrics('down');
      const [rule] = anAnalysis('errors').metrics;
      const spec: Partial<AnalysisSpec> = {
        onInconclusive,
        consecutiveErrorLimit: 1,
        metrics: [{ ...rule, sourceDown: 'inconclusive' }],
      };
      const { world, id } = await atTheGate(said, 3, spec);
      expect(await world.statusOf(id)).toBe(onInconclusive === 'pause' ? 'paused' : 'executing');
      if (onInconclusive === 'pause') await world.order(id, { type: 'resume' });
      said.says.splice(0, 1, 9);
      await world.order(id, { type: 'promote', by: 'ann', all: false });

      expect((await world.finish(id)).state.status).toBe('rolled_back');
    },
  );

  test('that could not tell at the end is passed by whoever resumes', async () => {
    const [rule] = anAnalysis('errors').metrics;
    const world = measured(metrics('nothing'), 'background', {
      onInconclusive: 'pause',
      metrics: [{ ...rule, noData: 'wait' }],
    });
    const { id } = await world.planned();
    await world.finish(id);
    expect(await world.statusOf(id)).toBe('paused');
    await world.order(id, { type: 'resume' });

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(verdictOf(ended)?.verdict).toBe('inconclusive');
  });

  test('follows the version to the targets that get it, and away from those that lose the old one', async () => {
    const said = metrics(0);
    const [rule] = anAnalysis('errors').metrics;
    const margin = { kind: 'absolute', by: 1 } as const;
    const world = measured(said, 'background', {
      metrics: [
        { ...rule, query: 'errors of {targets}' },
        {
          ...{ ...rule, name: 'beside', query: '{targets} beside' },
          against: { kind: 'baseline', baseline: 'stable', margin },
        },
      ],
    });
    await world.live('0.9.0', { strategy: { kind: 'rolling' } });
    const { id } = await world.planned();

    const ended = await world.finish(id);

    expect(ended.state.status).toBe('completed');
    expect(said.queries.slice(0, 3)).toEqual(['errors of web-1', 'web-1 beside', 'web-2 beside']);
    expect(said.queries.at(-1)).toBe('errors of web-1|web-2');
    expect(said.queries).not.toContain('web-1|web-2 beside');
    expect(verdictOf(ended)?.metrics[1]).toMatchObject({ verdict: 'healthy', basis: 'measured' });
  });
});
