import type { Job } from 'bullmq';
import { WORK_CONTRACTS, workJobId } from '../../src/contracts/jobs/work-job.js';
import { type WorkKind, workOwed } from '../../src/domain/model/deployment/work-owed.js';
import type { Chance } from './chance.js';
import { type Observer, QUEUES } from './observer.js';
import type { Acknowledged } from './publish.js';

const KINDS = ['execute', 'verify', 'rollback'] as const satisfies readonly WorkKind[];

/** Jobs that break their contracts, each in a way of its own. */
const POISON: readonly (readonly [name: string | null, data: unknown])[] = [
  ['deploy-everything', { schema: 1 }],
  [null, null],
  [null, 'a string'],
  [null, []],
  [null, { schema: 2, deploymentId: 'dep_0000000000' }],
  [null, { schema: 1, deploymentId: 'a:b{c}\n' }],
  [null, { schema: 1, deploymentId: 'dep_0000000000zz', surprise: true }],
  [null, { schema: 1, service: '../x', version: '; rm' }],
  [null, { schema: 1, service: 'nobody-knows-it', version: '1', approve: true }],
  [null, { schema: 1, service: 'rolling-0', version: '1', strategy: { kind: 'yolo' } }],
  [null, { schema: 1, service: 'rolling-0', version: '1', targets: [] }],
  [null, { schema: 1, __proto__: { polluted: 1 }, deploymentId: 'constructor' }],
];

/** What a queue may do to those who rely on it: jobs come twice, late, out of order, for what has ended, or not at all. */
export class HostileDelivery {
  duplicates = 0;
  poison = 0;
  retried = 0;
  lost = 0;
  readonly #observer: Observer;
  readonly #chance: Chance;
  readonly #known: readonly Acknowledged[];
  #made = 0;

  constructor(observer: Observer, known: readonly Acknowledged[], chance: Chance) {
    this.#observer = observer;
    this.#known = known;
    this.#chance = chance;
  }

  /** Work that is owed, or is not, published again: under its own name or another, now or late, first or last. */
  async duplicate(): Promise<void> {
    if (this.#chance.happens(0.1)) return this.#repeatRequest();
    const ended = this.#chance.happens(0.3);
    const id = ended ? await this.#observer.someEnded() : await this.#observer.someOpen();
    const deployment = id === undefined ? undefined : await this.#observer.load(id);
    if (deployment === undefined) return;
    const owed = workOwed(deployment);
    const kind = this.#chance.happens(0.7) && owed ? owed.kind : this.#chance.pick(KINDS);
    // A rollback of what has ended well is an order, and not a duplicate.
    if (kind === undefined || (kind === 'rollback' && owed?.kind !== 'rollback')) return;
    const { run } = deployment;
    const older = Math.max(0, run - this.#chance.whole(0, 2));
    const own = workJobId({ deploymentId: deployment.id, kind, run: older });
    await this.#add(kind, { schema: 1, deploymentId: deployment.id }, own);
    this.duplicates += 1;
  }

  async poisonQueue(): Promise<void> {
    const [name, data] = this.#chance.pick(POISON) ?? ['nothing', {}];
    const kind = this.#chance.pick(QUEUES) ?? 'plan';
    const jobName = name ?? (kind === 'plan' ? 'plan-deployment' : WORK_CONTRACTS[kind].name);
    const jobId = `poison-${(this.#made += 1)}`;
    await this.#observer.queues.queue(kind).add(jobName, data, { jobId, attempts: 3 });
    this.poison += 1;
  }

  /** As somebody does it on Bull Board, to whatever job is there. */
  async retryAJob(): Promise<void> {
    const state = this.#chance.happens(0.5) ? 'completed' : 'failed';
    const job = await this.#someJob(state);
    if (job === undefined || (job.name === 'rollback-deployment' && !isOwed(job))) return;
    await job.retry(state).catch(ignoreGone);
    this.retried += 1;
  }

  /** A job that waited for its turn is gone. Requests are spared: nobody but they know what was asked for. */
  async loseAJob(): Promise<void> {
    const queue = this.#observer.queues.queue(this.#chance.pick(KINDS) ?? 'execute');
    const waiting = await queue.getJobs(['waiting', 'delayed'], 0, 50);
    const job = this.#chance.pick(waiting.filter((one) => one !== undefined && isOwed(one)));
    if (job === undefined) return;
    await job.remove().catch(ignoreGone);
    this.lost += 1;
  }

  async #repeatRequest(): Promise<void> {
    const before = this.#chance.pick(this.#known);
    if (before === undefined) return;
    const data = { ...before.request, schema: 1 };
    const jobId = `again-${(this.#made += 1)}`;
    await this.#observer.queues.queue('plan').add('plan-deployment', data, { jobId });
    this.duplicates += 1;
  }

  async #add(kind: WorkKind, data: object, ownId: string): Promise<void> {
    const jobId = this.#chance.happens(0.5) ? ownId : `again-${(this.#made += 1)}`;
    const late = this.#chance.happens(0.3) ? this.#chance.whole(100, 8_000) : 0;
    const first = this.#chance.happens(0.3);
    const { name, queue } = WORK_CONTRACTS[kind];
    await this.#observer.queues.queue(queue).add(name, data, {
      jobId,
      removeOnComplete: { count: 500 },
      ...(late > 0 && { delay: late }),
      ...(first && { lifo: true }),
    });
  }

  async #someJob(state: 'completed' | 'failed'): Promise<Job | undefined> {
    const queue = this.#observer.queues.queue(this.#chance.pick(QUEUES) ?? 'plan');
    return this.#chance.pick(
      (await queue.getJobs([state], 0, 100)).filter((job) => job !== undefined),
    );
  }
}

const isOwed = ({ id }: Job): boolean => id?.startsWith('dep_') === true;

/** Between the look and the click somebody else took it. */
function ignoreGone(error: unknown): void {
  const said = error instanceof Error ? error.message : String(error);
  if (!/missing|not in the|locked|could not be removed|cannot be|does not exist/i.test(said))
    throw error;
}
