import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecast } from '../../../src/domain/plan/compile/forecast.js';
import { amountOf } from '../../../src/domain/model/plan/amount.js';
import { floorOf, servingOf } from '../../../src/domain/strategies/parts/capacity.js';
import { compileSteps } from '../../../src/domain/strategies/index.js';
import { anAnalysis } from './an-analysis.js';
import { equipped } from './sketch.js';
import { anySpec, flagSpec, rollingSpec, targetCanary, trafficCanary } from './specs.js';
import {
  batches,
  count,
  inPlace,
  of,
  RUNS,
  sharesAfter,
  situation,
  walked,
  withColours,
} from './walked.js';

describe('whatever is asked of a strategy', () => {
  test('in place, each target is deployed to exactly once, in order, or the plan is refused', () => {
    fc.assert(
      fc.property(anySpec, inPlace, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);

        expect(batches(steps.value).flat()).toEqual(input.targets);
      }),
      RUNS,
    );
  });

  test('no batch takes more targets out of service than may be', () => {
    fc.assert(
      fc.property(fc.oneof(rollingSpec, flagSpec), inPlace, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        const total = input.targets.length;
        const limit = amountOf(spec.maxUnavailable ?? total, total, 'down');
        const size = amountOf(spec.batchSize ?? 1, total, 'up');

        for (const batch of batches(steps.value)) {
          expect(batch.length).toBeLessThanOrEqual(Math.min(limit, size));
        }
      }),
      RUNS,
    );
  });

  test('as many targets as have to go on serving at every step', () => {
    fc.assert(
      fc.property(anySpec, situation, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        const floor = floorOf(spec, input);
        let serving = new Set(servingOf(input));
        for (const step of steps.value) {
          if (step.kind === 'shift') {
            serving = new Set([...sharesAfter(step)].flatMap(([id, part]) => (part > 0 ? id : [])));
          }
          const away = new Set(step.kind === 'deploy' ? step.targets : []);
          const left = [...serving].filter((id) => !away.has(id));

          expect(left.length).toBeGreaterThanOrEqual(floor);
        }
      }),
      RUNS,
    );
  });

  test('a canary stage of targets reaches its share, rounded up, and never less than one target', () => {
    fc.assert(
      fc.property(targetCanary, count, (spec, total) => {
        const steps = compileSteps({ ...spec, maxUnavailable: undefined }, equipped(total));
        fc.pre(steps.ok);
        const reached: number[] = [];
        for (const batch of batches(steps.value)) {
          reached.push((reached.at(-1) ?? 0) + batch.length);
        }
        const wanted = (spec.stages ?? []).map((stage) => {
          const percent = typeof stage === 'number' ? stage : (stage.targets ?? Number.NaN);
          return Math.max(1, Math.ceil((percent * total) / 100));
        });

        expect(reached).toEqual([...new Set(wanted)]);
      }),
      RUNS,
    );
  });
});

describe('whatever is looked at', () => {
  test('checks and analyses name only what was deployed before, and a baseline only what was not', () => {
    fc.assert(
      fc.property(anySpec, situation, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        walked(steps.value, (step, deployed) => {
          if (step.kind !== 'check' && step.kind !== 'analyze') return;
          expect(step.targets.every((id) => deployed.has(id))).toBe(true);
          expect(step.kind === 'analyze' && step.baseline.some((id) => deployed.has(id))).toBe(
            false,
          );
        });
      }),
      RUNS,
    );
  });

  test('an analysis that is asked for is made', () => {
    fc.assert(
      fc.property(fc.oneof(rollingSpec, targetCanary, trafficCanary), situation, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok && spec.analysis !== undefined);
        const { name, mode = 'inline' } = spec.analysis;

        expect(steps.value).toContainEqual(
          expect.objectContaining({ kind: 'analyze', analysis: name, mode }),
        );
      }),
      RUNS,
    );
  });

  test('a service without checks has no check steps, one with checks has one behind every batch', () => {
    fc.assert(
      fc.property(anySpec, situation, (spec, input) => {
        const bare = compileSteps(spec, { ...input, checked: false });
        const checked = compileSteps(spec, { ...input, checked: true });
        fc.pre(bare.ok && checked.ok);

        expect(of(bare.value, 'check')).toEqual([]);
        for (const [at, step] of checked.value.entries()) {
          if (step.kind !== 'deploy') continue;
          expect(checked.value[at + 1]).toMatchObject({ kind: 'check', targets: step.targets });
        }
      }),
      RUNS,
    );
  });
});

describe('whatever flag is set', () => {
  test('it rises, behind the last batch, and ends at the percentage asked for', () => {
    fc.assert(
      fc.property(flagSpec, inPlace, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        const set = of(steps.value, 'set_flag').map(({ percent }) => percent);
        walked(steps.value, (step, deployed) => {
          if (step.kind !== 'set_flag' || step.percent === 0) return;
          expect(deployed.size).toBe(input.targets.length);
        });

        expect(set).toEqual(set.toSorted((a, b) => a - b));
        expect(set.at(-1)).toBe(spec.percentage);
      }),
      RUNS,
    );
  });
});

describe('whatever is forecast', () => {
  const basis = {
    driverTimeoutMs: 1_000,
    routerTimeoutMs: 10,
    analyses: [anAnalysis('errors'), anAnalysis('latency')],
  };

  test('adds up with the steps', () => {
    fc.assert(
      fc.property(anySpec, situation, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok);
        const serving = servingOf(input);
        const found = forecast(steps.value, { ...basis, targets: input.targets.length, serving });
        let time = 0;
        let awaited = 0;
        for (const step of steps.value) {
          if (step.kind === 'wait') time += step.ms;
          if (step.kind === 'deploy') time += 1_000 + 20;
          if (step.kind === 'shift') time += 10;
          if (step.kind === 'analyze' && step.mode === 'inline') time += 5 + 3 * 7;
          if (step.kind === 'measure') awaited = 5 + 3 * 7 + 7;
        }

        expect(found.atMostMs).toBeGreaterThanOrEqual(time);
        expect(found.atMostMs).toBeLessThanOrEqual(time + awaited);
        expect(found.steps).toBe(steps.value.length);
        expect(found.gates).toBe(of(steps.value, 'gate').length);
        expect(found.lowestCapacity).toBeGreaterThanOrEqual(floorOf(spec, input));
      }),
      RUNS,
    );
  });

  test('the live colour serves untouched until the idle one has everything', () => {
    fc.assert(
      fc.property(trafficCanary, withColours, (spec, input) => {
        const steps = compileSteps(spec, input);
        fc.pre(steps.ok && input.colours !== null && input.colours.live.length > 0);
        const { live, idle } = input.colours;
        const serving = servingOf(input);
        const found = forecast(steps.value, { ...basis, targets: input.targets.length, serving });

        expect(found.lowestCapacity).toBe(Math.min(live.length, idle.length));
      }),
      RUNS,
    );
  });
});
