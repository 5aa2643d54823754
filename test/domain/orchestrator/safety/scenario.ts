import fc from 'fast-check';
import type { AnalysisSpec } from '../../../../src/domain/analysis/analysis-spec.js';
import type { Policy } from '../../../../src/domain/plan/policy.js';
import type { StrategySpec } from '../../../../src/domain/strategies/strategy-spec.js';
import { blueGreen, canary, custom, featureFlag, rolling } from './scenario-specs.js';
import type { Trouble } from './yard.js';

/** A service, what is deployed to it, what goes wrong and what people do meanwhile. */
export interface Scenario {
  readonly seed: number;
  readonly targets: number;
  readonly place: 'plain' | 'routed' | 'coloured';
  readonly checked: boolean;
  readonly removes: boolean;
  /** One deployment at a time in its environment. */
  readonly limited: boolean;
  readonly strategy: StrategySpec;
  readonly policy: Partial<Policy>;
  readonly trouble: Trouble;
  readonly orders: readonly Order[];
  readonly deaths: readonly { readonly at: number; readonly moment: 'before' | 'after' }[];
  /** Another version of the same service, asked for meanwhile. */
  readonly rival: Rival | null;
}

export interface Rival {
  readonly at: number;
  readonly onConflict: Policy['onConflict'];
  readonly trigger: 'person' | 'automation';
}

export interface Order {
  /** Milliseconds after the deployment was asked for. */
  readonly at: number;
  readonly what: (typeof ORDERS)[number];
}

export const ORDERS = [
  'pause',
  'resume',
  'promote',
  'promote_all',
  'abort',
  'halt',
  'retry',
  'rollback',
] as const;

export const ANALYSIS: AnalysisSpec = {
  name: 'errors',
  metrics: [
    {
      kind: 'threshold',
      name: 'errors',
      source: 'metrics',
      query: 'errors',
      direction: 'lower',
      against: { kind: 'limit', limit: 1 },
      weight: 1,
      critical: false,
      noData: 'inconclusive',
      tooLittleData: 'wait',
      sourceDown: 'inconclusive',
      minSamples: 1,
      failureLimit: 0,
    },
  ],
  initialDelay: 1_000,
  interval: 5_000,
  count: 2,
  onInconclusive: 'pause',
  consecutiveErrorLimit: 1,
  passScore: 100,
  marginalScore: 50,
  sequential: false,
  stopWhenShown: false,
  confidence: 0.95,
};

const policy: fc.Arbitrary<Partial<Policy>> = fc.record(
  {
    onFailure: fc.constantFrom('rollback' as const, 'rollback' as const, 'hold' as const),
    retries: fc.nat(3),
    retryDelay: fc.constantFrom(100, 2_000),
    deadline: fc.constantFrom(3_600_000, 3_600_000, 90_000),
    progressDeadline: fc.constantFrom(null, null, 40_000),
    targetDeadline: fc.constantFrom(null, 25_000),
    afterRollback: fc.constantFrom('hold_automation' as const, 'continue' as const),
    startBy: fc.constantFrom(null, 60_000),
  },
  { requiredKeys: [] },
);

const odds = fc.constantFrom(0, 0, 0.1, 0.4);
const trouble: fc.Arbitrary<Trouble> = fc.record({
  deploy: odds,
  rollback: fc.constantFrom(0, 0, 0, 0.2),
  check: odds,
  router: fc.constantFrom(0, 0, 0.05, 0.2),
  flags: fc.constantFrom(0, 0, 0.1),
  metrics: fc.constantFrom(0, 0.1, 0.4),
  slow: fc.constantFrom(0, 0, 3_000, 15_000),
});

const order: fc.Arbitrary<Order> = fc.record({
  at: fc.integer({ min: 0, max: 90_000 }),
  what: fc.constantFrom(...ORDERS),
});
const death = fc.record({
  at: fc.integer({ min: 1, max: 25 }),
  moment: fc.constantFrom('before' as const, 'after' as const),
});

const aScenario = (
  place: fc.Arbitrary<Scenario['place']>,
  strategy: fc.Arbitrary<StrategySpec>,
): fc.Arbitrary<Scenario> =>
  fc.record({
    seed: fc.nat(),
    targets: fc.integer({ min: 1, max: 6 }),
    place,
    checked: fc.boolean(),
    removes: fc.boolean(),
    limited: fc.boolean(),
    strategy,
    policy,
    trouble,
    orders: fc.array(order, { maxLength: 4 }),
    deaths: fc.array(death, { maxLength: 3 }),
    rival: fc.option(
      fc.record({
        at: fc.integer({ min: 0, max: 60_000 }),
        onConflict: fc.constantFrom('queue', 'supersede_waiting', 'supersede_running', 'reject'),
        trigger: fc.constantFrom('person', 'automation'),
      }),
      { freq: 2 },
    ),
  });

const routed = fc.constantFrom('routed' as const, 'coloured' as const);
/** Scenarios by what they try most. */
export const SCENARIOS = {
  'targets replaced in place': aScenario(
    fc.constantFrom('plain' as const, 'routed' as const),
    fc.oneof(rolling, canary('targets')),
  ),
  'traffic moved by weight': aScenario(routed, canary('weight')),
  'two colours': aScenario(fc.constant('coloured' as const), blueGreen),
  'a feature flag': aScenario(fc.constantFrom('plain' as const, 'routed' as const), featureFlag),
  'steps of their own': aScenario(
    fc.constantFrom('plain' as const, 'routed' as const, 'coloured' as const),
    custom,
  ),
} as const;
