import type { DeploymentRequest } from '../../src/producers/deployment-producer.js';
import { type Chance, often, pick } from '../support/chance.js';

export type Strategy = NonNullable<DeploymentRequest['strategy']>;

const UNCOLOURED = [
  ...['all_at_once', 'rolling', 'canary_by_targets'],
  ...['canary_by_weight', 'canary_by_both', 'feature_flag', 'steps'],
] as const;
export type StrategyName = (typeof UNCOLOURED)[number] | 'blue_green' | 'switch_by_steps';

interface Behind {
  readonly balancer: string;
  readonly targets: readonly string[];
  readonly isColoured: boolean;
}

/** The strategies take turns, so that few seeds have them all. */
export function drawStrategy(
  chance: Chance,
  { balancer, targets, isColoured }: Behind,
  turn: number,
): readonly [StrategyName, Strategy] {
  if (isColoured) return often(chance, 0.7) ? ['blue_green', blueGreen(chance)] : switchBySteps();
  const isRouted = balancer !== 'none';
  // One target may be away at any time; two where that still leaves some.
  const maxUnavailable = pick(chance, [1, 1, 2]);
  const name = UNCOLOURED[turn % UNCOLOURED.length] ?? 'rolling';
  switch (name) {
    case 'all_at_once':
      return [name, { kind: 'rolling', batchSize: '100%', maxUnavailable }];
    case 'rolling':
      return [name, { kind: 'rolling', maxUnavailable, batchSize: pick(chance, [1, 2]) }];
    case 'canary_by_targets':
      return [name, { kind: 'canary', stages: [34, 100], maxUnavailable }];
    case 'canary_by_weight':
      return isRouted
        ? [name, { kind: 'canary', traffic: true, stages: [20, 100], maxUnavailable }]
        : ['rolling', { kind: 'rolling', maxUnavailable }];
    case 'canary_by_both':
      return isRouted ? [name, canaryByBoth(maxUnavailable)] : ['rolling', { kind: 'rolling' }];
    case 'feature_flag':
      return [name, { kind: 'feature_flag', stages: [10, 100], batchSize: 1, maxUnavailable }];
    case 'steps':
      return [name, byHand(targets.length, isRouted, maxUnavailable)];
  }
}

const canaryByBoth = (maxUnavailable: number): Strategy => ({
  kind: 'canary',
  stages: [
    { targets: 25, weight: 10 },
    { targets: 50, weight: 60 },
    { targets: 100, weight: 100 },
  ],
  maxUnavailable,
});

function blueGreen(chance: Chance): Strategy {
  const batchSize = pick(chance, [1, 2]);
  return often(chance, 0.3)
    ? { kind: 'blue_green', batchSize, retire: 'remove', retireDelay: 0 }
    : { kind: 'blue_green', batchSize };
}

/** The idle colour gets the version, and then the traffic in two turns. */
const switchBySteps = (): readonly [StrategyName, Strategy] => [
  'switch_by_steps',
  {
    kind: 'steps',
    steps: [
      { kind: 'deploy', targets: 'idle' },
      { kind: 'check' },
      { kind: 'shift', to: 'idle', from: 'live', percent: 30 },
      { kind: 'wait', for: 200 },
      { kind: 'shift', to: 'idle', from: 'live', percent: 100 },
    ],
    partial: true,
  },
];

/** One target after the other, the first of them with a part of the traffic for a while. */
const byHand = (targets: number, isRouted: boolean, maxUnavailable: number): Strategy => ({
  kind: 'steps',
  steps: [
    { kind: 'deploy', targets: 1 },
    { kind: 'check' },
    ...(isRouted ? [{ kind: 'shift' as const, percent: 10 }] : []),
    { kind: 'wait', for: 200 },
    ...Array.from({ length: targets - 1 }, () => [
      { kind: 'deploy' as const, targets: 1 },
      { kind: 'check' as const },
    ]).flat(),
    ...(isRouted ? [{ kind: 'shift' as const, percent: 100 }] : []),
  ],
  maxUnavailable,
});
