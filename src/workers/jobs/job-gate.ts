import { jobDigest } from '../../contracts/jobs/job-digest.js';
import type { QueueName } from '../../contracts/jobs/define-job.js';
import type { JobRequest } from '../../contracts/jobs/job-request.js';
import type { JobSignature } from '../../contracts/values/signed-job.js';
import type { ServiceRef } from '../../domain/model/ids.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { JobAcceptances, JobRef } from '../../domain/ports/job-acceptances.js';
import type { Clock } from '../../domain/ports/clock.js';
import { checkSignature, type Publisher, type SignedFor } from './check-signature.js';
import { discard, type Outcome, snooze } from './outcome.js';
import { outcomeOfOwed } from './owed-job.js';

/** A job that keeps its contract; whether it may be carried out is still open. */
export interface ArrivedJob {
  readonly queue: QueueName;
  readonly name: string;
  readonly jobId: string;
  /** Epoch milliseconds. */
  readonly publishedAt: number;
  /** As it lies in Redis: what was signed. */
  readonly data: object;
  /** What of it the gate goes by. */
  readonly request: JobRequest;
}

export interface JobGatePorts {
  readonly store: Pick<DeploymentStore, 'load'>;
  readonly acceptances: JobAcceptances;
  readonly clock: Pick<Clock, 'now'>;
  readonly publishers: ReadonlyMap<string, Publisher>;
  readonly signedFor: SignedFor;
  /** Nothing is taken that is neither signed nor owed. */
  readonly required: boolean;
  /** In milliseconds. */
  readonly replayWindow: number;
}

/** A job may overtake the plan job that makes its deployment by this much. */
const OVERTAKING_MS = 30_000;
/** BullMQ hands a job out again within 15 s where its worker died just as it ended. */
const ENDED_MS = 60_000;
/** Clocks of publishers may be this far ahead. */
const CLOCK_SKEW_MS = 60_000;

/**
 * Whose jobs are carried out. Whoever can write to the queues can write any
 * job; only a publisher's key makes one that is taken. Jobs owed carry no
 * signature: they are taken because the store says that they are owed, and do
 * nothing that the deployment's state does not call for.
 */
export class JobGate {
  readonly #ports: JobGatePorts;

  constructor(ports: JobGatePorts) {
    this.#ports = ports;
  }

  /** How a job ends that is not to be carried out (now); `null` where it is. */
  async outcomeFor(job: ArrivedJob): Promise<Outcome | null> {
    const { store, acceptances, required } = this.#ports;
    const { signature } = job.request;
    if (signature === undefined) {
      if (!required) return null;
      const owed = await outcomeOfOwed(store, job);
      if (owed !== 'not owed') return owed;
    }
    if (await acceptances.isAccepted(job, jobDigest(job.data))) return null;
    return signature === undefined ? discard(UNSIGNED) : this.#signed(job, signature);
  }

  /** Puts a decision into the job by `write`; whenever the worker dies, one of the two contents is accepted. */
  async pin(job: JobRef, before: object, after: object, write: () => Promise<void>): Promise<void> {
    const { acceptances } = this.#ports;
    await acceptances.vouch(job, [jobDigest(before), jobDigest(after)]);
    await write();
    await acceptances.vouch(job, [jobDigest(after)]);
  }

  /** The same content is a new request from now on, and needs a signature of its own. */
  async ended(job: JobRef, { kind }: Outcome): Promise<void> {
    if (kind === 'done') await this.#ports.acceptances.end(job, ENDED_MS);
    if (kind === 'discard') await this.#ports.acceptances.end(job, 0);
  }

  async #signed(job: ArrivedJob, signature: JobSignature): Promise<Outcome | null> {
    const { publishers, signedFor, clock, replayWindow, acceptances } = this.#ports;
    const now = clock.now();
    const publisher = publishers.get(signature.publisher);
    const checked = checkSignature(publisher, job, signature, signedFor, {
      earliest: now - replayWindow,
      latest: now + CLOCK_SKEW_MS,
    });
    if (!checked.ok) return discard(checked.error);
    const subject = await this.#subjectOf(job.request);
    if (subject === null) {
      return now - job.publishedAt < OVERTAKING_MS
        ? snooze(now + 500)
        : discard(`deploymentId: no deployment ${job.request.deploymentId}`);
    }
    const refusal = checked.value.refusalOf(subject);
    if (refusal !== null) return discard(refusal);
    const { issuedAt, nonce } = signature;
    const fresh = await acceptances.accept({
      job: { queue: job.queue, jobId: job.jobId, publishedAt: job.publishedAt },
      digest: jobDigest(job.data),
      publisher: signature.publisher,
      nonce,
      nonceMs: issuedAt + replayWindow - now + CLOCK_SKEW_MS,
    });
    return fresh ? null : discard('signature.nonce: this signature was used before');
  }

  async #subjectOf({ deploymentId, service, environment }: JobRequest): Promise<ServiceRef | null> {
    if (deploymentId !== undefined) return (await this.#ports.store.load(deploymentId)) ?? null;
    return service === undefined ? null : { service, environment };
  }
}

const UNSIGNED =
  'signature: the job is not signed, and this worker takes only jobs that are signed by a publisher it knows, or owed';
