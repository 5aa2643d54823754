import { MemoryReleaseStore } from '../../src/adapters/memory/memory-releases.js';
import { releaseJobId } from '../../src/contracts/release.schema.js';
import { type DeploymentId, targetId } from '../../src/domain/model/ids.js';
import type { Deployment } from '../../src/domain/model/deployment/deployment.js';
import type { PlanStatus } from '../../src/domain/model/deployment/plan-state.js';
import { SILENT } from '../../src/domain/ports/log.js';
import type { JobFact } from '../../src/domain/release/member-fact.js';
import type { Release } from '../../src/domain/release/release.js';
import type { ReleaseJob } from '../../src/domain/release/release-owed.js';
import { dependentsOf } from '../../src/domain/release/release-order.js';
import type { ReleasePorts } from '../../src/workers/coordinating/release-coordinator.js';

/** What a service's deployment comes to, and what its rollback does. */
export interface Fate {
  readonly plan: 'completed' | 'refused' | 'rolled_back' | 'failed' | 'failed_back' | 'cancelled';
  readonly undo: 'rolled_back' | 'refused' | 'failed' | 'failed_back';
  /** Ticks for which it is carried out. */
  readonly ticks: number;
  /** Whether somebody has to approve it first, and does so after a while. */
  readonly draft: boolean;
}

interface Row {
  readonly id: DeploymentId;
  readonly service: string;
  status: PlanStatus;
  inPlace: boolean;
  left: number;
}

export interface Job {
  readonly owed: ReleaseJob;
  fact: JobFact;
}

const ENDINGS = {
  completed: ['completed', true],
  refused: ['failed', false],
  rolled_back: ['rolled_back', false],
  failed: ['failed', true],
  failed_back: ['failed', false],
  cancelled: ['cancelled', false],
} as const satisfies Record<Fate['plan'], readonly [PlanStatus, boolean]>;

/** Queues, workers and targets of one release, as far as its coordinator can see them. */
export class ReleaseWorld {
  ms = 1_000_000;
  readonly releases = new MemoryReleaseStore({ now: () => this.ms, sleep: async () => {} });
  readonly jobs = new Map<string, Job>();
  readonly rows = new Map<DeploymentId, Row>();
  /** What must never be. */
  readonly violations: string[] = [];
  readonly #release: Release;
  readonly #fates: ReadonlyMap<string, Fate>;

  constructor(release: Release, fates: ReadonlyMap<string, Fate>) {
    this.#release = release;
    this.#fates = fates;
  }

  ports(): ReleasePorts {
    return {
      releases: this.releases,
      store: { load: async (id) => this.#load(id) },
      clock: { now: () => this.ms },
      log: SILENT,
      jobOutcome: async (_, id) => this.jobs.get(id)?.fact ?? { state: 'absent' },
      publishReleaseJob: async (owed) => {
        const id = releaseJobId(owed);
        if (this.jobs.has(id)) return;
        this.jobs.set(id, { owed, fact: { state: 'queued' } });
        if (owed.kind === 'plan') this.#mayBegin(owed.member.service);
      },
    };
  }

  /** A minute passes: every job and every deployment goes one step on. */
  async tick(): Promise<void> {
    this.ms += 61_000;
    for (const row of this.rows.values()) this.#carryOn(row);
    for (const job of this.jobs.values()) {
      if (job.fact.state !== 'queued') continue;
      if (job.owed.kind === 'plan') this.#plan(job);
      else this.#undo(job);
    }
  }

  fate(service: string): Fate {
    const fate = this.#fates.get(service);
    if (!fate) throw new Error(`no fate of ${service}`);
    return fate;
  }

  row = (service: string): Row | undefined =>
    [...this.rows.values()].find((row) => row.service === service);

  async current(): Promise<Release> {
    const release = await this.releases.load(this.#release.id);
    if (!release) throw new Error('the release is gone');
    return release;
  }

  #plan(job: Job): void {
    const { service, deploymentId: id } = job.owed.member;
    const { plan, ticks, draft } = this.fate(service);
    if (plan === 'refused') {
      job.fact = { state: 'refused', reason: 'targets: none' };
      return;
    }
    if (this.row(service)) this.violations.push(`${service} is begun twice`);
    const status = draft ? 'draft' : 'approved';
    this.rows.set(id, { id, service, status, inPlace: false, left: ticks });
    job.fact = { state: 'done' };
  }

  #carryOn(row: Row): void {
    const { plan, undo } = this.fate(row.service);
    if (row.status === 'draft') {
      row.status = 'approved';
    } else if (row.status === 'approved') {
      this.#mayBegin(row.service);
      row.status = 'executing';
      row.inPlace = true;
    } else if (row.status === 'executing') {
      if (row.left-- > 0) return;
      [row.status, row.inPlace] = ENDINGS[plan];
    } else if (row.status === 'rolling_back') {
      [row.status, row.inPlace] = ENDINGS[undo];
    }
  }

  #undo(job: Job): void {
    const row = this.rows.get(job.owed.member.deploymentId);
    if (!row) throw new Error('a rollback of nothing');
    job.fact = { state: 'done' };
    const begun = row.status !== 'draft' && row.status !== 'approved';
    if (job.owed.member.status === 'running' && begun) return;
    if (row.status === 'draft' || row.status === 'approved') {
      row.status = 'cancelled';
    } else if (row.status === 'executing') {
      row.status = 'rolling_back';
    } else if (row.status === 'completed') {
      for (const { service } of dependentsOf(this.#release.members, row.service)) {
        if (this.row(service)?.inPlace) {
          this.violations.push(`${row.service} goes back before ${service}, which needs it`);
        }
      }
      if (this.fate(row.service).undo === 'refused') {
        job.fact = { state: 'refused', reason: 'it is not the active deployment' };
      } else {
        row.status = 'rolling_back';
      }
    }
  }

  #mayBegin(service: string): void {
    const member = this.#release.members.find((each) => each.service === service);
    for (const needed of member?.after ?? []) {
      if (this.row(needed)?.status === 'completed') continue;
      this.violations.push(`${service} begins before ${needed} is completed`);
    }
  }

  #load(id: DeploymentId): Deployment | undefined {
    const row = this.rows.get(id);
    if (row === undefined) return undefined;
    const target = targetId('web-1');
    const touched = row.status !== 'draft' && row.status !== 'approved';
    const state = row.inPlace ? 'updated' : 'restored';
    return {
      id,
      state: { status: row.status, reason: 'as it was fated' },
      plan: { targets: [{ id: target }] },
      targets: new Map(touched ? [[target, { state }]] : []),
    } as unknown as Deployment;
  }
}
