import { deploymentIdFor } from '../contracts/values/deployment-id.js';
import { executeDeployment } from '../contracts/jobs/execute-deployment.job.js';
import { planDeployment, type PlanDeploymentInput } from '../contracts/jobs/plan-deployment.job.js';
import {
  rollbackDeployment,
  type RollbackDeploymentInput,
} from '../contracts/jobs/rollback-deployment.job.js';
import { verifyDeployment } from '../contracts/jobs/verify-deployment.job.js';
import { type DeploymentId, deploymentId } from '../domain/model/ids.js';
import { admissionInput } from '../domain/orchestrator/claim/admit.js';
import { command, type CommandPorts } from '../domain/orchestrator/journal/command.js';
import type { PlanCommand } from '../domain/plan/machine/plan-command.js';
import type { PlanStatus } from '../domain/model/deployment/plan-state.js';
import { coveredBy } from '../domain/policy/override-coverage.js';
import { closuresAt } from '../domain/policy/window-verdict.js';
import type { Calendar } from '../domain/ports/calendar.js';
import type { FreezeStore } from '../domain/ports/freeze-store.js';
import { checkPerson, checkReason } from './check-said.js';
import type { JobQueues } from './job-queue.js';
import { InvalidRequest, publishJob } from './publish-job.js';

export interface ProducerPorts extends Omit<CommandPorts, 'actor'> {
  readonly queues: JobQueues;
  readonly freezes: Pick<FreezeStore, 'list'>;
  readonly calendar: Calendar;
  /** A new job id, unlike any other. */
  readonly newJobId: () => string;
  readonly close: () => Promise<void>;
}

/** A deployment's state does not allow the command, or there is no such deployment. */
export class CommandRefused extends Error {
  override readonly name = 'CommandRefused';
}

/** What a caller says of a deployment; `schema` is ours to add. */
export type DeploymentRequest = Omit<PlanDeploymentInput, 'schema'>;
export type RollbackRequest =
  | { deploymentId: string; reason?: string; requestedBy?: string }
  | {
      service: string;
      environment?: string;
      /** A stable version of the service, back past those between; else the one before. */
      toVersion?: string;
      /** Else the service's; without `toVersion` the version before comes back along it. */
      strategy?: DeploymentRequest['strategy'];
      idempotencyKey?: string;
      reason?: string;
      requestedBy?: string;
    };

/** What a person may say beside an order; it is kept with the event. */
export interface Said {
  readonly reason?: string | undefined;
}

/** A published job. It is in Redis once the promise has resolved. */
export interface Published {
  readonly jobId: string;
}

export interface PublishedPlan extends Published {
  /** Known before any worker has seen the job. */
  readonly deploymentId: DeploymentId;
}

/** Publishes the four kinds of job, and gives the commands that need no worker. */
export class DeploymentProducer {
  readonly #ports: ProducerPorts;

  constructor(ports: ProducerPorts) {
    this.#ports = ports;
  }

  /**
   * Asks for a plan. It stays a draft until it is approved or executed.
   *
   * @throws InvalidRequest when a field breaks the contract; nothing was published then
   */
  async plan(request: DeploymentRequest): Promise<PublishedPlan> {
    const jobId = this.#ports.newJobId();
    const publishedAt = this.#ports.clock.now();
    const input = { ...request, schema: 1 as const };
    const data = await publishJob(this.#ports.queues, planDeployment, input, jobId, publishedAt);
    const job = { jobId, publishedAt };
    return { jobId, deploymentId: deploymentIdFor(data, data.idempotencyKey, job) };
  }

  /** Asks for a plan that is carried out at once, where the service's policy lets it. */
  deploy(request: DeploymentRequest): Promise<PublishedPlan> {
    return this.plan({ ...request, approve: true });
  }

  /**
   * Approves a draft, which is then carried out. One that was planned before what
   * is active now is approved only with `older`.
   *
   * @throws CommandRefused
   */
  approve(
    id: string,
    by: string,
    { reason, older = false }: Said & { older?: boolean | undefined } = {},
  ): Promise<PlanStatus> {
    return this.#command(id, { type: 'approve', by, older, ...saidWhy(reason) }, by);
  }

  /**
   * Ends a deployment that has not begun.
   *
   * @throws CommandRefused when it has
   */
  cancel(id: string, reason: string, by: string): Promise<PlanStatus> {
    return this.#command(id, { type: 'cancel', reason }, by);
  }

  /**
   * Goes past the gate, wait or analysis that the deployment stands at; with
   * `all`, past every one that is still to come. With `step` (from 0), only as
   * long as it stands there: a promotion that comes late is not taken for the next.
   *
   * @throws CommandRefused where it stands at none
   */
  promote(
    id: string,
    by: string,
    { all = false, step, reason }: Said & { all?: boolean; step?: number | undefined } = {},
  ): Promise<PlanStatus> {
    const at = step !== undefined && { step };
    return this.#command(id, { type: 'promote', by, all, ...at, ...saidWhy(reason) }, by);
  }

  /**
   * Lets calls in hand come to their end and begins nothing more. The slot
   * stays held, and no deadline runs.
   *
   * @throws CommandRefused unless it is executing or verifying
   */
  pause(id: string, reason: string, by: string): Promise<PlanStatus> {
    return this.#command(id, { type: 'pause', reason }, by);
  }

  /** @throws CommandRefused unless it is paused or going on */
  resume(id: string, by: string, { reason }: Said = {}): Promise<PlanStatus> {
    return this.#command(id, { type: 'resume', ...saidWhy(reason) }, by);
  }

  /**
   * Stops a deployment for good: with the previous version back, or with
   * everything left as it is (`rollback: false`), from where it can be retried.
   * `force` ends it from any state in one write, also where no worker lives or
   * a driver hangs: whoever is at it is fenced off and ends its calls, the next
   * in line has the slot, and the reason says what is known of each target.
   *
   * @throws CommandRefused when it has ended
   */
  abort(
    id: string,
    reason: string,
    by: string,
    { rollback = true, force = false }: { rollback?: boolean; force?: boolean } = {},
  ): Promise<PlanStatus> {
    if (force) return this.#command(id, { type: 'force_end', by, reason }, by);
    if (!rollback) return this.#command(id, { type: 'halt', reason }, by);
    return this.#command(id, { type: 'abort', reason }, by);
  }

  /**
   * Goes on with a failed deployment where it stopped.
   *
   * @throws CommandRefused unless it failed and its targets were left as they were
   */
  retry(id: string, by: string, { reason }: Said = {}): Promise<PlanStatus> {
    return this.#command(id, { type: 'retry', by, ...saidWhy(reason) }, by);
  }

  /**
   * Lets a deployment through the windows and freezes that hold it now; the reason
   * and what they are is recorded. What comes later holds it again.
   *
   * @throws CommandRefused when it has begun
   */
  async override(id: string, reason: string, by: string): Promise<PlanStatus> {
    const { freezes, calendar, clock, store } = this.#ports;
    const deployment = await store.load(checkedId(id));
    if (deployment === undefined) throw new CommandRefused(`no deployment ${id}`);
    const subject = admissionInput(deployment);
    const { windows } = subject.policy;
    const table = { subject, windows, calendar, freezes: await freezes.list() };
    const covers = coveredBy(closuresAt(table, clock.now()));
    return this.#command(id, { type: 'override', reason, by, covers }, by);
  }

  async execute(id: string): Promise<Published> {
    const jobId = this.#ports.newJobId();
    const input = { schema: 1 as const, deploymentId: id };
    await publishJob(this.#ports.queues, executeDeployment, input, jobId);
    return { jobId };
  }

  async verify(id: string): Promise<Published> {
    const jobId = this.#ports.newJobId();
    const input = { schema: 1 as const, deploymentId: id };
    await publishJob(this.#ports.queues, verifyDeployment, input, jobId);
    return { jobId };
  }

  /**
   * Asks for the previous version back: of one deployment, or of what is under
   * way or active in a service. A service goes back to `toVersion` by a new
   * deployment of that version, past those between.
   *
   * @throws InvalidRequest when a field breaks the contract; nothing was published then
   */
  async rollback(request: RollbackRequest): Promise<Published> {
    const jobId = this.#ports.newJobId();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the contract checks it on the next line
    const input = { ...request, schema: 1 } as RollbackDeploymentInput;
    await publishJob(this.#ports.queues, rollbackDeployment, input, jobId);
    return { jobId };
  }

  close(): Promise<void> {
    return this.#ports.close();
  }

  async #command(text: string, order: PlanCommand, by: string): Promise<PlanStatus> {
    const id = checkedId(text);
    checkPerson(by);
    if ('reason' in order) checkReason(order.reason);
    const deployment = await this.#ports.store.load(id);
    if (deployment === undefined) throw new CommandRefused(`no deployment ${id}`);
    const done = await command({ ...this.#ports, actor: by }, deployment, order);
    if (done.refusal !== null) throw new CommandRefused(done.refusal.message);
    return done.deployment.state.status;
  }
}

const saidWhy = (reason: string | undefined): { readonly reason?: string } =>
  reason === undefined ? {} : { reason };

function checkedId(text: string): DeploymentId {
  try {
    return deploymentId(text);
  } catch (error) {
    throw new InvalidRequest('deploymentId', error instanceof Error ? error.message : '');
  }
}
