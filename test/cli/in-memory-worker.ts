import type { QueueName } from '../../src/contracts/jobs/define-job.js';
import {
  deploymentIdFor,
  type JobIdentity,
  requestDigest,
} from '../../src/contracts/values/deployment-id.js';
import { planDeployment } from '../../src/contracts/jobs/plan-deployment.job.js';
import { rollbackDeployment } from '../../src/contracts/jobs/rollback-deployment.job.js';
import { type DeploymentId, deploymentId } from '../../src/domain/model/ids.js';
import type { JobView } from '../../src/cli/session/cli-ports.js';
import type { WorkKind } from '../../src/domain/model/deployment/work-owed.js';
import type { JobQueues } from '../../src/producers/job-queue.js';
import type { aWorker } from '../support/cluster.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';

/** Queues and the worker on them: takes each job up at once, unless it is away. */
export class InMemoryWorker implements JobQueues {
  readonly jobs = new Map<string, JobView>();
  /** What was published, for tests that look at it. */
  readonly published: { queue: QueueName; name: string; data: object }[] = [];
  away = false;
  /** Ends what sleeps: a deployment may stand at a gate for days. */
  readonly #stopped = new AbortController();
  readonly #core: () => ReturnType<typeof aWorker>;

  constructor(its: () => ReturnType<typeof aWorker>) {
    this.#core = its;
  }

  stop(): void {
    this.#stopped.abort();
  }

  async add(
    queue: QueueName,
    name: string,
    data: object,
    options: { jobId?: string; timestamp?: number },
  ): Promise<void> {
    const key = `${queue}:${options.jobId}`;
    if (this.jobs.has(key)) return;
    this.published.push({ queue, name, data });
    this.#set(key, 'pending');
    if (!this.away) void this.#perform(queue, data, identityOf(options), key);
  }

  async #perform(queue: QueueName, data: object, job: JobIdentity, key: string): Promise<void> {
    this.#set(key, 'active');
    try {
      const id = await this.#work(queue, data, job);
      this.#set(key, 'completed', { deploymentId: id, state: id && 'completed' });
    } catch (error) {
      const failedReason = error instanceof Error ? error.message : String(error);
      this.jobs.set(key, { state: 'failed', failedReason, result: null });
    }
  }

  async #work(queue: QueueName, data: object, job: JobIdentity): Promise<DeploymentId | null> {
    if (queue === 'plan') return this.#plan(data, job);
    const asked = rollbackDeployment.data.safeParse(data);
    const { deploymentId: named, service, environment } = asked.success ? asked.data : {};
    if (queue === 'rollback' && asked.success && !job.jobId.startsWith('dep_')) {
      const { toVersion, strategy } = asked.data;
      const ref = service && environment && { service, environment };
      if (ref && (toVersion !== undefined || strategy !== undefined)) {
        const { reason = 'asked for', requestedBy = null, idempotencyKey } = asked.data;
        const answer = await this.#core().manager.planRollback({
          ...{ ...ref, reason, requestedBy, strategy, toVersion: toVersion ?? null },
          id: deploymentIdFor(ref, idempotencyKey, job),
          digest: requestDigest(data),
        });
        if (answer.kind === 'planned') return answer.deployment.id;
        if (answer.kind === 'already_active') return answer.active.deploymentId;
        if (answer.kind === 'refused') throw new Error(`${answer.path}: ${answer.message}`);
        if (answer.kind === 'nothing_active') return null;
      }
      const id = named ?? (ref ? await this.#core().manager.rollbackSubject(ref) : null);
      if (id === null) return null;
      const { reason = 'asked for', requestedBy = 'unknown' } = asked.data;
      const done = await this.#core().manager.requestRollback(id, reason, requestedBy);
      if (done?.refusal) throw new Error(done.refusal.message);
      return this.#drive('rollback', id);
    }
    return this.#drive(queue, deploymentId(Object.values(data)[1]));
  }

  async #plan(data: object, job: JobIdentity): Promise<DeploymentId> {
    const { service, environment, version, strategy, targets, ...rest } =
      planDeployment.data.parse(data);
    const id = deploymentIdFor({ service, environment }, rest.idempotencyKey, job);
    const request = {
      id,
      service,
      environment,
      version,
      approve: rest.approve,
      requestedBy: rest.requestedBy ?? null,
      idempotencyKey: rest.idempotencyKey ?? null,
      digest: requestDigest(data),
      metadata: rest.metadata,
    };
    const answer = await this.#core().manager.plan(request, { strategy, targets });
    if (!answer.ok) throw new Error(`${answer.error.path}: ${answer.error.message}`);
    return id;
  }

  async #drive(kind: WorkKind, id: DeploymentId): Promise<DeploymentId> {
    for (;;) {
      if (this.#stopped.signal.aborted) return id;
      const ending = await this.#core().orchestrator.advance(kind, id);
      if (ending.kind !== 'wait_until' && ending.kind !== 'busy') return id;
      const ms = ending.kind === 'busy' ? 10 : ending.until - Date.now();
      await systemClock.sleep(ms, this.#stopped.signal);
    }
  }

  #set(key: string, state: JobView['state'], result: unknown = null): void {
    this.jobs.set(key, { state, failedReason: null, result });
  }
}

const identityOf = ({ jobId = '', timestamp = 0 }: { jobId?: string; timestamp?: number }) => ({
  jobId,
  publishedAt: timestamp,
});
