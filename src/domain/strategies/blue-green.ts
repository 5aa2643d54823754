import type { ShiftStep, Step } from '../model/plan/step.js';
import { ok, type Result } from '../model/result.js';
import { batchesOf, checkOf, placed, sizeOf } from './parts/batches.js';
import { type Colours, toLiveAlone } from './parts/colours.js';
import { gateStep } from './parts/gate.js';
import { knownAnalyses } from './parts/stages.js';
import {
  impossible,
  type PlanRefusal,
  type Strategy,
  type StrategyInput,
} from './parts/strategy.js';
import type { BlueGreenSpec, BlueGreenPromotion } from '../model/plan/strategy-spec.js';

const DEFAULT_RETIRE_DELAY = 30_000;
const NONE_MAY_FAIL = { failures: 0, of: 'plan' } as const;

/**
 * The idle colour gets the version and is looked at on its own addresses; then
 * all traffic is switched to it at once. The old colour stays as it is until it
 * is retired: so long, going back is one switch.
 */
export const blueGreen: Strategy<BlueGreenSpec> = (spec, input) => {
  const { colours, checked, analyses } = input;
  if (colours === null) {
    return impossible(
      'targets',
      'blue_green needs two colours: expected metadata.colour on every target, with two values such as blue and green',
    );
  }
  const possible = whatIsNeeded(spec, input);
  if (!possible.ok) return possible;
  const size = sizeOf(spec.batchSize ?? '100%', colours.idle.length);
  if (!size.ok) return size;
  const { before, after } = spec.analyze ?? {};
  const known = knownAnalyses(
    [
      ['strategy.analyze.before', before],
      ['strategy.analyze.after', after],
    ],
    analyses,
  );
  if (!known.ok) return known;

  const { idle, live } = colours;
  const check = checkOf(idle, NONE_MAY_FAIL, checked);
  const analyze = (name: string | undefined): Step[] =>
    name === undefined
      ? []
      : [{ kind: 'analyze', analysis: name, mode: 'inline', targets: idle, baseline: live }];
  const held = promotion(spec.promotion ?? { kind: 'auto' });
  const shift: ShiftStep = { kind: 'shift', to: idle, from: live, percent: 100 };
  return ok([
    ...toLiveAlone(colours),
    ...batchesOf(idle, { targets: size.value }).flatMap((batch) =>
      placed(batch, NONE_MAY_FAIL, checked),
    ),
    ...analyze(before),
    ...held,
    // Who promotes may come hours later: what was healthy then need not be now.
    ...(held.length > 0 ? check : []),
    shift,
    ...check,
    ...analyze(after),
    ...retirement(spec, colours),
  ]);
};

function whatIsNeeded(
  { retire, retireDelay }: BlueGreenSpec,
  { routed, removes }: StrategyInput,
): Result<null, PlanRefusal> {
  if (!routed) {
    return impossible(
      'router',
      'blue_green switches traffic, and the service has no router that could: expected one',
    );
  }
  if (retire === 'remove' && !removes) {
    return impossible(
      'strategy.retire',
      "the service's driver cannot remove a version: expected keep",
    );
  }
  if (retire !== 'remove' && retireDelay !== undefined) {
    return impossible(
      'strategy.retireDelay',
      'it is the time until the old colour is removed: expected it only with retire: remove',
    );
  }
  return ok(null);
}

function promotion(how: BlueGreenPromotion): readonly Step[] {
  if (how.kind === 'gate') return [gateStep(how, 'promotion')];
  const { after = 0 } = how;
  return after > 0 ? [{ kind: 'wait', ms: after }] : [];
}

function retirement(
  { retire, retireDelay = DEFAULT_RETIRE_DELAY }: BlueGreenSpec,
  { live }: Colours,
): readonly Step[] {
  const [first, ...rest] = live;
  if (retire !== 'remove' || first === undefined) return [];
  return [
    ...(retireDelay > 0 ? [{ kind: 'wait', ms: retireDelay } as const] : []),
    { kind: 'retire', targets: [first, ...rest] },
  ];
}
