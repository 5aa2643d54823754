import {
  type EnvironmentName,
  environmentName,
  type ServiceName,
  serviceName,
} from '../../src/domain/model/ids.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/model/plan/policy.js';
import type { Target } from '../../src/domain/model/target.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { aTarget } from '../support/fixtures.js';

/** What a service of the run is there to try out. */
const ROLES = [
  'rolling',
  'batches',
  'canary',
  'gated',
  'colours',
  'traffic',
  'flag',
  'lying',
  'unfenced',
  'slow',
] as const;
type Role = (typeof ROLES)[number];

/** How often calls of its targets go wrong, each from 0 to 1. */
export interface Trouble {
  /** Fails in passing, before anything was done. */
  readonly flaky: number;
  /** Refuses for good. */
  readonly rejects: number;
  /** Never begins, and never answers. */
  readonly hangs: number;
  /** Does it, and never answers. */
  readonly mute: number;
  /** The longest an effect takes, in milliseconds. */
  readonly longestMs: number;
}

export interface ChaosService {
  readonly service: ServiceName;
  readonly environment: EnvironmentName;
  readonly targets: readonly Target[];
  readonly strategy: StrategySpec;
  readonly policy: Policy;
  readonly trouble: Trouble;
  /** Whether its targets refuse older fences. */
  readonly fences: boolean;
  readonly removes: boolean;
  /** Whether its workers look at what its targets really run. */
  readonly checked: boolean;
  readonly routed: boolean;
  /** Whether its targets show what they run, and which call put it there. */
  readonly observes: boolean;
  /** Whether its driver says of some targets that they run what they do not. */
  readonly lies: boolean;
}

const QUIET: Trouble = { flaky: 0.005, rejects: 0.002, hangs: 0.002, mute: 0.002, longestMs: 25 };
const BAD: Trouble = { flaky: 0.06, rejects: 0.01, hangs: 0.01, mute: 0.01, longestMs: 40 };
const SLOW: Trouble = { ...QUIET, longestMs: 300 };

/** A rollback has as long again; and both are far longer than any fault lasts. */
const DEADLINE_MS = 180_000;

const POLICY: Policy = {
  ...DEFAULT_POLICY,
  retries: 6,
  retryDelay: 100,
  deadline: DEADLINE_MS,
  afterRollback: 'continue',
};

const STRATEGIES: Readonly<Record<Role, StrategySpec>> = {
  rolling: { kind: 'rolling' },
  batches: { kind: 'rolling', batchSize: 2, delay: 50, maxUnavailable: 2 },
  canary: { kind: 'canary', stages: [25, 50, 100], wait: 200 },
  gated: { kind: 'rolling', pauseAfterFirst: true, maxUnavailable: 1 },
  colours: { kind: 'blue_green', promotion: { kind: 'auto', after: 100 } },
  traffic: { kind: 'canary', traffic: true, stages: [20, 100], wait: 100, maxUnavailable: 1 },
  flag: { kind: 'feature_flag', stages: [10, 100], wait: 100 },
  lying: { kind: 'rolling' },
  unfenced: { kind: 'rolling' },
  slow: { kind: 'rolling', batchSize: 2 },
};

const ROUTED: ReadonlySet<Role> = new Set(['batches', 'gated', 'colours', 'traffic']);

const CONFLICTS = ['queue', 'queue', 'supersede_waiting', 'supersede_running'] as const;

/** So many services, every role among each ten. */
export function fleetOf(count: number): readonly ChaosService[] {
  return Array.from({ length: count }, (_, at) => {
    const role = ROLES[at % ROLES.length] ?? 'rolling';
    const onConflict = CONFLICTS[Math.floor(at / ROLES.length) % CONFLICTS.length] ?? 'queue';
    return serviceOf(`${role}-${at}`, role, onConflict);
  });
}

function serviceOf(name: string, role: Role, onConflict: Policy['onConflict']): ChaosService {
  return {
    service: serviceName(name),
    environment: environmentName('production'),
    targets: targetsOf(name, role),
    strategy: STRATEGIES[role],
    policy: { ...POLICY, onConflict },
    trouble: role === 'batches' || role === 'canary' ? BAD : role === 'slow' ? SLOW : QUIET,
    fences: role !== 'unfenced',
    removes: role !== 'unfenced',
    checked: ['batches', 'canary', 'colours', 'lying'].includes(role),
    routed: ROUTED.has(role),
    observes: role === 'slow' || role === 'batches',
    lies: role === 'lying',
  };
}

function targetsOf(name: string, role: Role): readonly Target[] {
  const count = role === 'rolling' || role === 'unfenced' || role === 'gated' ? 3 : 4;
  return Array.from({ length: count }, (_, at) => {
    const target = aTarget(`${name}-t${at}`);
    if (role !== 'colours') return target;
    return { ...target, metadata: { colour: at < count / 2 ? 'blue' : 'green' } };
  });
}

/** Whether the driver of a lying service lies about this target: the same answer in every process. */
export function liesAbout(deploymentId: string, target: string): boolean {
  const sum = Array.from(`${deploymentId} ${target}`).reduce(
    (hash, letter) => (hash * 33 + letter.charCodeAt(0)) % 1_000_003,
    5_381,
  );
  return sum % 12 === 0;
}
