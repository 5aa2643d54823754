import type { HealthStatus } from '../model/verification.js';
import type { DeploymentId } from '../model/ids.js';
import type { PlanInput } from '../plan/compile/compile-plan.js';
import { compileFor } from './compile-for.js';
import { flagsNow } from './flags-now.js';
import type { DeploymentPlan } from '../model/plan/deployment-plan.js';
import type { Conclusion } from '../plan/machine/decision.js';
import { type Deployment } from '../model/deployment/deployment.js';
import {
  type DeploymentResult,
  resultOf,
  rollbackResultOf,
} from '../plan/result/deployment-result.js';
import type { PlanCommand } from '../plan/machine/plan-command.js';
import { err, ok, type Result } from '../model/result.js';
import { approvalRefusal } from '../policy/approvers-left.js';
import { impossible, type PlanRefusal } from '../strategies/parts/strategy.js';
import { command, type Commanded } from '../orchestrator/journal/command.js';
import type { Ending } from '../orchestrator/ending.js';
import { type NewDeployment, newDeployment } from './new-deployment.js';
import type { OrchestratorPorts, StopSignals } from '../orchestrator/orchestrator-ports.js';
import { publishOwed, runPass } from '../orchestrator/claim/run-pass.js';
import { type DeploymentStatus, deploymentStatus } from './status.js';
import type { WorkKind } from '../model/deployment/work-owed.js';

/** A deployment's state does not allow what was asked of it. */
export class PlanStateError extends Error {
  override readonly name = 'PlanStateError';
}

export type PlanAnswer = Result<
  { readonly deployment: Deployment; readonly created: boolean },
  PlanRefusal | { readonly code: 'plan/conflict'; readonly path: string; readonly message: string }
>;

/**
 * Plan, execute, verify, roll back: the whole life of a deployment, over ports.
 *
 * Queue workers call `advance` with one job at a time. Library users, who have
 * no queue, call `executeDeployment` and `verifyDeployment`, which wait in the
 * process for what a queue would have delayed.
 */
export class DeploymentOrchestrator {
  readonly #ports: OrchestratorPorts;

  constructor(ports: OrchestratorPorts) {
    this.#ports = ports;
  }

  /**
   * Compiles a plan and stores it as a draft; approves it at once where asked to.
   * The same id and digest again is the deployment that exists.
   */
  async planDeployment(request: NewDeployment, input: PlanInput): Promise<PlanAnswer> {
    const { store, clock } = this.#ports;
    const plan = await this.#compile(request, input);
    if (!plan.ok) {
      // What was planned before may be impossible by now: also by what it did itself.
      const existing = await store.load(request.id);
      if (existing === undefined || existing.digest !== request.digest) return plan;
      return ok({ deployment: existing, created: false });
    }
    return this.#store(newDeployment(request, plan.value, clock.now()), store, request);
  }

  /** One pass of one kind of work: what a job is. Safe to call twice. */
  advance(kind: WorkKind, id: DeploymentId, stop: StopSignals = NEVER): Promise<Ending> {
    return runPass(this.#ports, kind, id, stop);
  }

  /** Gives a command and hands over the work it leads to, unless the caller goes on to do it itself. */
  async command(
    id: DeploymentId,
    order: PlanCommand | Conclusion,
    actor: string,
    handOver = true,
  ): Promise<Commanded | null> {
    const deployment = await this.#ports.store.load(id);
    return deployment ? command({ ...this.#ports, actor }, deployment, order, handOver) : null;
  }

  async approveDeployment(id: DeploymentId, by: string): Promise<Deployment> {
    return this.#insist(id, { type: 'approve', by }, by);
  }

  /**
   * Carries out the steps, and what a failure leads to, to the end.
   *
   * @throws PlanStateError unless the plan is a draft (and its policy lets drafts execute) or approved
   */
  async executeDeployment(id: DeploymentId): Promise<DeploymentResult> {
    const deployment = await this.#load(id);
    const { status } = deployment.state;
    if (status !== 'draft' && status !== 'approved') {
      throw new PlanStateError(`cannot execute ${id}: it is ${status}, expected draft or approved`);
    }
    if (status === 'draft') await this.#insist(id, { type: 'execute' }, this.#ports.worker);
    const { clock } = this.#ports;
    const since = clock.now();
    await this.#drive(id, 'execute');
    const result = resultOf(await this.#drive(id, 'rollback'));
    return { ...result, durationMs: result.durationMs ?? clock.now() - since };
  }

  /** Judges what runs now; healthy where no checker was configured. A failed verification is rolled back to its end. */
  async verifyDeployment(id: DeploymentId): Promise<HealthStatus> {
    const { status } = (await this.#load(id)).state;
    if (status !== 'verifying') {
      throw new PlanStateError(`cannot verify ${id}: it is ${status}, expected verifying`);
    }
    await this.#drive(id, 'verify');
    const deployment = await this.#drive(id, 'rollback');
    return deployment.health?.status ?? 'unknown';
  }

  /** Puts the previous version back and says how that went. */
  async rollbackDeployment(id: DeploymentId, reason: string): Promise<DeploymentResult> {
    const { clock, worker } = this.#ports;
    const since = clock.now();
    await this.#insist(id, { type: 'rollback', reason }, worker);
    const deployment = await this.#drive(id, 'rollback');
    return rollbackResultOf(deployment, clock.now() - since);
  }

  getDeploymentStatus(): Promise<DeploymentStatus> {
    return deploymentStatus(this.#ports.index);
  }

  /** With what its flags are at now: whoever has what they show is not to lose it. */
  async #compile(
    request: NewDeployment,
    asked: PlanInput,
  ): Promise<Result<DeploymentPlan, PlanRefusal>> {
    const goesBack = (request.rollback ?? null) !== null;
    const refusal = goesBack ? null : approvalRefusal(asked.policy, request.requestedBy);
    if (refusal !== null) return impossible('policy.approval', refusal);
    const input = { ...asked, goesBack };
    const plan = await compileFor(this.#ports, request, input);
    if (!plan.ok) return plan;
    const flagsAt = await flagsNow(this.#ports, request, plan.value);
    return flagsAt.length === 0 ? plan : compileFor(this.#ports, request, { ...input, flagsAt });
  }

  async #store(
    drafted: ReturnType<typeof newDeployment>,
    store: OrchestratorPorts['store'],
    request: NewDeployment,
  ): Promise<PlanAnswer> {
    const answer = await store.create(drafted.deployment, drafted.events);
    if (!answer.ok) {
      const { id, version } = answer.error.existing;
      const { idempotencyKey: key } = request;
      // Without a key it is the very same job, whose data somebody has changed since.
      return key === null
        ? conflict('data', `changed since it was planned as ${id}, version ${version}`)
        : conflict(
            'idempotencyKey',
            `${JSON.stringify(key)} was used for another request (${id}, version ${version})`,
          );
    }
    await publishOwed(this.#ports, answer.value.deployment);
    return ok(answer.value);
  }

  async #drive(id: DeploymentId, kind: WorkKind): Promise<Deployment> {
    const { clock, woken } = this.#ports;
    for (;;) {
      // Before the pass: an order that comes at its end is not slept through.
      const wake = woken?.(id);
      const ending = await this.advance(kind, id);
      if (ending.kind === 'missing') throw new PlanStateError(`no deployment ${id}`);
      if (ending.kind === 'settled') return ending.deployment;
      await clock.sleep(restOf(ending, clock.now()), wake);
    }
  }

  async #insist(id: DeploymentId, order: PlanCommand, actor: string): Promise<Deployment> {
    const done = await this.command(id, order, actor);
    if (done === null) throw new PlanStateError(`no deployment ${id}`);
    if (done.refusal !== null) throw new PlanStateError(done.refusal.message);
    return done.deployment;
  }

  async #load(id: DeploymentId): Promise<Deployment> {
    const deployment = await this.#ports.store.load(id);
    if (deployment === undefined) throw new PlanStateError(`no deployment ${id}`);
    return deployment;
  }
}

/** Without a queue, a place in line is looked at again and again; short enough to be at once for a person. */
const LINE_POLL_MS = 50;
const never = new AbortController().signal;
const NEVER: StopSignals = { draining: never, abort: never };

function restOf(ending: Ending, now: number): number {
  switch (ending.kind) {
    case 'wait_until':
      return Math.max(0, ending.until - now);
    case 'busy':
      return Math.min(ending.ms, LINE_POLL_MS);
    case 'in_line':
    case 'handed_back':
    case 'settled':
    case 'missing':
      return LINE_POLL_MS;
  }
}

const conflict = (path: string, message: string): PlanAnswer =>
  err({ code: 'plan/conflict', path, message });
