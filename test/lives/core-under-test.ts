/**
 * All that the lives know of the core: what they ask of it, and what they read of
 * its record. Where the core changes, this file does, and no other of this folder
 * (but for the ports' own types).
 */
import type { AnalysisSpec } from '../../src/domain/model/plan/analysis-spec.js';
import {
  type DeploymentId,
  deploymentId,
  environmentName,
  serviceName,
  targetId,
  version,
} from '../../src/domain/model/ids.js';
import { command } from '../../src/domain/orchestrator/journal/command.js';
import { newDeployment } from '../../src/domain/manager/new-deployment.js';
import { Fenced } from '../../src/domain/orchestrator/journal/fenced.js';
import type {
  OrchestratorPorts,
  ServiceRuntime,
} from '../../src/domain/orchestrator/orchestrator-ports.js';
import { runPass } from '../../src/domain/orchestrator/claim/run-pass.js';
import type { WorkOwed } from '../../src/domain/model/deployment/work-owed.js';
import { compileFor } from '../../src/domain/manager/compile-for.js';
import {
  type Deployment,
  stepsOf,
  touchedTargets,
  type Trigger,
} from '../../src/domain/model/deployment/deployment.js';
import type { PlanCommand } from '../../src/domain/plan/machine/plan-command.js';
import { isTerminal } from '../../src/domain/model/deployment/plan-state.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/model/plan/policy.js';
import type { Step } from '../../src/domain/model/plan/step.js';
import type { Evidence, Target } from '../../src/domain/model/target.js';
import type { DeploymentStore, Transition } from '../../src/domain/ports/deployment-store.js';
import type { StrategySpec } from '../../src/domain/model/plan/strategy-spec.js';
import { rescueRound } from '../../src/workers/coordinating/rescuer.js';
import { otherName } from './names.js';
import type { aRecord } from '../support/cluster.js';

export type { Deployment, DeploymentId, PlanCommand, Policy, Step, Trigger, WorkOwed };
export { capacitiesIn, floorIn } from '../../src/domain/model/deployment/deployment.js';
export { capacityOf } from '../../src/domain/model/traffic/capacities.js';
export type { Evidence, OrchestratorPorts, ServiceRuntime };
/** A worker's end that is none of its faults: another took over. */
export const isSuperseded = (error: unknown): boolean => error instanceof Fenced;

const API = { service: serviceName('api'), environment: environmentName('production') };
const never = new AbortController().signal;
const NEVER = { draining: never, abort: never };

/** The record of one service, in memory. */
export type Core = ReturnType<typeof aRecord>;

/** @param written is told of every durable event, as soon as it is one */
export const watched = (
  store: DeploymentStore,
  written: (transition: Transition) => void,
): DeploymentStore => ({
  append: async (transition) => {
    const answer = await store.append(transition);
    if (answer.ok) written(transition);
    return answer;
  },
  create: (...given) => store.create(...given),
  load: (...given) => store.load(...given),
  service: (...given) => store.service(...given),
  claim: (...given) => store.claim(...given),
  renew: (...given) => store.renew(...given),
  release: (...given) => store.release(...given),
  overdue: (...given) => store.overdue(...given),
  postpone: (...given) => store.postpone(...given),
  renewWork: (...given) => store.renewWork(...given),
  lead: (...given) => store.lead(...given),
});

export interface Asked {
  readonly number: number;
  readonly version: string;
  readonly strategy: StrategySpec;
  readonly policy: Partial<Policy>;
  readonly trigger: Trigger;
  readonly approve: boolean;
  /** It goes back to its version. */
  readonly back?: boolean;
  /** Targets that the configuration does not name, by number. */
  readonly without: readonly number[];
  /** Targets that it names otherwise, at the same places, by number. */
  readonly renamed: readonly number[];
}

/** What a service is made of, as its configuration says. */
export interface Service {
  readonly targets: readonly {
    readonly id: string;
    readonly colour: string | null;
    readonly capacity?: number;
  }[];
  readonly routed: boolean;
  readonly checked: boolean;
  readonly removes: boolean;
  readonly limited: boolean;
  readonly persistentGraceMs?: number | null;
  readonly analyses: readonly AnalysisSpec[];
}

/** Planned and stored; a sentence where it is refused. */
export async function planned(
  core: Core,
  { targets, routed, checked, removes, limited, persistentGraceMs = null, analyses }: Service,
  asked: Asked,
  now: number,
): Promise<Deployment | string> {
  const places: readonly Target[] = targets.flatMap(({ id, colour, ...size }, at) =>
    asked.without.includes(at)
      ? []
      : [
          {
            id: targetId(asked.renamed.includes(at) ? otherName(id) : id),
            name: id,
            address: `127.0.0.1:${8_081 + at}`,
            metadata: colour === null ? {} : { colour },
            ...size,
          },
        ],
  );
  const plan = await compileFor(core, API, {
    ref: API,
    version: version(asked.version),
    strategy: asked.strategy,
    targets: places,
    configured: places,
    checks: checked ? [{ name: 'up', kind: 'places', critical: true }] : [],
    analyses,
    driver: { kind: 'places', fences: true, removes },
    driverTimeoutMs: 20_000,
    ...{ router: routed ? 'memory' : null, persistentGraceMs },
    flags: 'memory',
    policy: { ...DEFAULT_POLICY, ...asked.policy },
    limits: limited ? [{ key: 'environment:production', most: 1 }] : [],
  });
  if (!plan.ok) return plan.error.message;
  const drafted = newDeployment(
    {
      ...API,
      id: deploymentId(`dep_life${String(asked.number).padStart(8, '0')}`),
      version: version(asked.version),
      approve: asked.approve,
      requestedBy: 'ann',
      trigger: asked.trigger,
      ...(asked.back === true && { rollback: { reason: 'too slow' } }),
      idempotencyKey: null,
      digest: asked.version,
      metadata: {},
    },
    plan.value,
    now,
  );
  await core.store.create(drafted.deployment, drafted.events);
  return drafted.deployment;
}

/** One job: when it comes again (epoch milliseconds), or `null` where it has ended. */
export async function perform(ports: OrchestratorPorts, work: WorkOwed): Promise<number | null> {
  const ending = await runPass(ports, work.kind, work.deploymentId, NEVER);
  const now = ports.clock.now();
  if (ending.kind === 'wait_until') return ending.until;
  if (ending.kind === 'busy') return now + Math.min(ending.ms, 1_000);
  return ending.kind === 'handed_back' ? now + 1 : null;
}

/** What a person says; why it was refused, or `null`. */
export async function order(
  ports: OrchestratorPorts,
  id: DeploymentId,
  said: PlanCommand,
): Promise<string | null> {
  const deployment = await ports.store.load(id);
  if (deployment === undefined) return `no ${id}`;
  const { refusal } = await command({ ...ports, actor: 'ann' }, deployment, said);
  return refusal?.message ?? null;
}

export const rescue = (
  ports: OrchestratorPorts,
  jobState: Parameters<typeof rescueRound>[0]['jobState'],
): Promise<void> => rescueRound({ ...ports, jobState }, never);

/** The version that the record calls active, and whose it is. */
export function activeOf({ state }: Core): { version: string | null; deployment: string } | null {
  const [active] = state.active.values();
  return active === undefined ? null : { version: active.version, deployment: active.deploymentId };
}

/** The version that a rollback goes to over so many stable ones; `null` where there are not as many. */
export function versionBack({ state }: Core, back: number): string | null {
  const [its] = state.services.values();
  return its?.stable[back]?.version ?? null;
}

/** Of what went back to a named version, which stable deployments it took the places of, the newest first. */
export function placesTakenBy({ takesBack }: Deployment): readonly string[] {
  const { versions = [], replaces = null } = takesBack ?? {};
  return [...versions.map(({ deploymentId: id }) => id), ...(replaces === null ? [] : [replaces])];
}

/** Somebody else went there before it began. */
export const hadNothingToDo = ({ state, rollback }: Deployment): boolean =>
  rollback !== null && state.status === 'cancelled' && state.reason.startsWith('nothing to do');

export const rowsOf = ({ state }: Core) => [...state.deployments.values()];
export const deploymentIn = ({ state }: Core, id: string): Deployment | undefined =>
  [...state.deployments.values()].find(({ deployment }) => deployment.id === id)?.deployment;

export const holderOf = ({ state }: Core): string | null =>
  [...state.services.values()][0]?.holder ?? null;

/** Those that it says have failed. */
export const failedIn = ({ targets }: Deployment): readonly string[] =>
  [...targets].flatMap(([id, { state }]) => (state === 'failed' ? [id] : []));
/** The steps as they are carried out. */
/** Targets on which it called a driver, or was about to. */
export const touchedIn = (deployment: Deployment): readonly string[] => touchedTargets(deployment);
export const stepsIn = (deployment: Deployment): readonly Step[] => stepsOf(deployment);
export const hasEnded = ({ state }: Deployment): boolean => isTerminal(state.status);
/** Whether it may be changing what is where. */
export const isUnderWay = (deployment: Deployment): boolean =>
  !hasEnded(deployment) && !['draft', 'approved'].includes(deployment.state.status);
/** What its way back leads to, as the record has it. */
export const previousOf = ({ previous }: Deployment): string | null =>
  previous?.deploymentId ?? null;

/** Whether it waits for a person to let automatic deployments go on. */
export const isHeldBack = ({ state, progress }: Deployment): boolean =>
  state.status === 'approved' && progress.hold?.kind === 'automation';

/** Answers whether anything was held. */
export function letAutomationGoOn({ state }: Core): boolean {
  const held = [...state.services.values()].filter(({ automationHold }) => automationHold !== null);
  for (const its of held) its.automationHold = null;
  return held.length > 0;
}

/** Who has the slot, who waits for it, and what is still counted against limits. */
export function slotOf({ state }: Core) {
  const [its] = state.services.values();
  const limits = [...state.limits].flatMap(([key, ids]) => (ids.size > 0 ? [key] : []));
  return { holder: its?.holder ?? null, line: its?.line ?? [], limits };
}
