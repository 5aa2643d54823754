import type { DeploymentRequest } from '../../src/producers/deployment-producer.js';
import { between, type Chance, chanceFrom, often, pick } from '../support/chance.js';
import { drawStrategy, type StrategyName } from './draw-strategy.js';

export const BALANCERS = ['haproxy', 'haproxies', 'nginx', 'none'] as const;
export type BalancerKind = (typeof BALANCERS)[number];

/** What tells how much each target can carry; the numbers go by the order of the targets. */
export type Sizes =
  | { readonly by: 'nobody' }
  | { readonly by: 'configuration' | 'balancer'; readonly of: readonly number[] };

/** Something that happens to a deployment once it has so many events. */
export type Disturbance =
  | { readonly kind: 'kill'; readonly at: number; readonly both: boolean }
  | {
      readonly kind: 'maint';
      readonly at: number;
      readonly target: string;
      /** At the first balancer alone, or at all. */
      readonly everywhere: boolean;
    }
  | { readonly kind: 'restart'; readonly at: number; readonly how: 'kill' | 'reload' };

export interface DrawnDeployment {
  readonly version: string;
  readonly isGood: boolean;
  readonly strategyName: StrategyName;
  readonly strategy: NonNullable<DeploymentRequest['strategy']>;
  /** A person orders the version before back once it is completed. */
  readonly takenBack: boolean;
  readonly disturbances: readonly Disturbance[];
}

export interface Case {
  readonly seed: number;
  readonly balancer: BalancerKind;
  readonly targets: readonly string[];
  readonly isColoured: boolean;
  readonly sizes: Sizes;
  /** The driver waits for `/healthz`; else for the port. */
  readonly readyPath: boolean;
  /** HAProxy is restarted with its state written down. */
  readonly stateFile: boolean;
  readonly deployments: readonly DrawnDeployment[];
}

/** What follows from a seed; each eight in a row have every balancer with equal and unequal targets. */
export function drawCase(seed: number): Case {
  const chance = chanceFrom(seed);
  const balancer = BALANCERS[seed % 4] ?? 'none';
  // What nothing moves traffic between has no colours.
  const isColoured = balancer !== 'none' && often(chance, 0.3);
  const count = between(chance, 3, 4);
  const targets = isColoured
    ? ['blue-1', 'blue-2', 'green-1', 'green-2']
    : Array.from({ length: count }, (_, at) => `web-${at + 1}`);
  const isUneven = Math.floor(seed / 4) % 2 === 1;
  const readyPath = often(chance, 0.5);
  const drawn = { balancer, targets, isColoured, readyPath };
  return {
    ...{ seed, ...drawn },
    sizes: isUneven ? drawSizes(chance, balancer, targets.length) : { by: 'nobody' },
    stateFile: often(chance, 0.5),
    deployments: Array.from({ length: between(chance, 3, 5) }, (_, at) =>
      drawDeployment(chance, drawn, seed + at),
    ),
  };
}

function drawSizes(chance: Chance, balancer: BalancerKind, count: number): Sizes {
  const isHaproxy = balancer === 'haproxy' || balancer === 'haproxies';
  const of = Array.from({ length: count }, () => pick(chance, [50, 100, 200, 250]));
  of[between(chance, 0, count - 1)] = 25;
  return { by: isHaproxy && often(chance, 0.6) ? 'balancer' : 'configuration', of };
}

type Drawn = Pick<Case, 'balancer' | 'targets' | 'isColoured' | 'readyPath'>;

function drawDeployment(chance: Chance, drawn: Drawn, number: number): DrawnDeployment {
  const { targets } = drawn;
  const [strategyName, strategy] = drawStrategy(chance, drawn, number);
  const isGood = often(chance, 0.7);
  // Where no target of one colour is bad, the version is good for that colour.
  const where = drawn.isColoured ? null : pick(chance, [targets[0] ?? '', ...targets.slice(1)]);
  // Where the driver waits for its health, what is sick takes as long as that may take.
  const bad = drawn.readyPath ? 'dies' : pick(chance, ['dies', 'sick']);
  const name = `${between(chance, 2, 9)}.${number}.${between(chance, 0, 9)}`;
  return {
    version: isGood ? name : `${name}-${bad}-at-${where ?? 'everywhere'}`,
    isGood,
    ...{ strategyName, strategy },
    takenBack: isGood && often(chance, 0.25),
    disturbances: drawDisturbances(chance, drawn),
  };
}

function drawDisturbances(chance: Chance, { balancer, targets }: Drawn): readonly Disturbance[] {
  const drawn: Disturbance[] = [];
  const at = (): number => between(chance, 3, 30);
  if (often(chance, 0.5)) drawn.push({ kind: 'kill', at: at(), both: often(chance, 0.4) });
  if (balancer === 'none') return drawn;
  if (often(chance, 0.35)) {
    const target = pick(chance, [targets[0] ?? '', ...targets.slice(1)]);
    drawn.push({ kind: 'maint', at: at(), target, everywhere: often(chance, 0.5) });
  }
  if (often(chance, 0.35)) {
    drawn.push({ kind: 'restart', at: at(), how: pick(chance, ['kill', 'reload']) });
  }
  return drawn;
}
