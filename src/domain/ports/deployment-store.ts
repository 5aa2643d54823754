import type { DeploymentId, EnvironmentName, ServiceRef, TargetId } from '../model/ids.js';
import type { Deployment } from '../model/deployment/deployment.js';
import type { RecordedEvent } from '../model/deployment/plan-event.js';
import type { Freeze } from '../model/plan/freeze.js';
import type { AutomationHold } from '../model/hold.js';
import type { LimitKey } from '../model/plan/limits.js';
import type { ServiceChange } from '../model/active-deployment.js';
import type { ServiceRecord } from '../model/service-status.js';
import type { TargetStatus } from '../model/target-status.js';
import type { Result } from '../model/result.js';
import type { WorkKind, WorkOwed } from '../model/deployment/work-owed.js';

/**
 * The truth about deployments. Each writing call is all or nothing: state,
 * counters, slot, active version, indexes and events move together, and the
 * same call sent again (a lost reply) changes nothing and answers the same.
 */
export interface DeploymentStore {
  /** Stores a new deployment with its first events; the same id and digest again is the one that exists. */
  create(deployment: Deployment, events: readonly RecordedEvent[]): Promise<CreateAnswer>;

  load(id: DeploymentId): Promise<Deployment | undefined>;

  /** What is kept of a service, of one moment. */
  service(ref: ServiceRef): Promise<ServiceRecord>;

  /**
   * Takes up work: takes the service's slot (or a place in its waiting line),
   * a lease for this worker, and a new fence. The lease decides who may try,
   * the slot who may change the service, the fence whose writes count.
   */
  claim(id: DeploymentId, request: ClaimRequest): Promise<Claim>;

  /** Writes one or more transitions. */
  append(transition: Transition): Promise<AppendAnswer>;

  /** Keeps the lease; tells the revision, so that a holder notices what others wrote. */
  renew(id: DeploymentId, fence: number, leaseMs: number): Promise<Renewal>;

  /**
   * Gives the lease up early.
   *
   * @param dueAt epoch milliseconds when its work is next looked at
   * @param leave gives up the slot and what it counts against limits as well
   * @returns the work of the next in line, where the slot was handed over
   */
  release(
    id: DeploymentId,
    fence: number,
    dueAt: number | null,
    leave?: boolean,
  ): Promise<WorkOwed | null>;

  /** Open deployments whose work is overdue, longest first: what the rescuer looks at. */
  overdue(limit: number): Promise<readonly DeploymentId[]>;

  /** Looks again in `ms`: its job is there, it has just not had its turn. */
  postpone(id: DeploymentId, ms: number): Promise<void>;

  /** Makes the work owed a new job, unless a worker holds it or it waits for its slot. */
  renewWork(id: DeploymentId): Promise<WorkOwed | null>;

  /** Whether this worker leads (one per cluster does) for the next `leaseMs`. */
  lead(worker: string, leaseMs: number): Promise<boolean>;
}

export interface ClaimRequest {
  readonly kind: WorkKind;
  readonly worker: string;
  readonly leaseMs: number;
}

export type Claim =
  | {
      readonly kind: 'claimed';
      readonly deployment: Deployment;
      readonly fence: number;
      readonly service: ServiceRecord;
      readonly notices: Notices;
    }
  /** Another deployment holds the slot; this one has its place in the line and is woken by a hand-over. */
  | {
      readonly kind: 'waiting';
      readonly deployment: Deployment;
      readonly holder: DeploymentId;
      readonly notices: Notices;
    }
  /** As many as a limit allows are under way. */
  | { readonly kind: 'limited'; readonly deployment: Deployment; readonly limit: LimitKey }
  /** Another environment of the service has a target of it in hand, at the same place. */
  | { readonly kind: 'taken'; readonly deployment: Deployment; readonly taken: TakenElsewhere }
  /** Another worker holds the lease, on this deployment or on the one before it, for so many milliseconds more. */
  | { readonly kind: 'leased'; readonly deployment: Deployment; readonly ms: number }
  /** Its state calls for other work than this, or none. */
  | { readonly kind: 'not_owed'; readonly deployment: Deployment }
  | { readonly kind: 'missing' };

/** Who has one of a deployment's places in hand, and which. */
export interface TakenElsewhere {
  readonly by: DeploymentId;
  readonly environment: EnvironmentName;
  /** Kind of driver, and address. */
  readonly place: string;
}

/** What may keep a deployment of this service from beginning, as it stood in the moment of the claim. */
export interface Notices {
  readonly freezes: readonly Freeze[];
  readonly automationHold: AutomationHold | null;
}

export interface Transition {
  readonly before: Deployment;
  /** `before` with the events folded in. */
  readonly after: Deployment;
  readonly events: readonly RecordedEvent[];
  readonly service: ServiceWrite;
  /** Named by a worker under a claim; a person's or a publisher's command has none. */
  readonly fence: number | null;
  /** Gives the lease up in the same write. */
  readonly release: boolean;
}

/** What a transition changes of its service. */
export interface ServiceWrite extends ServiceChange {
  /** Only those that changed. */
  readonly targets: readonly (readonly [TargetId, TargetStatus])[];
  /** The service's revision that this rests on; `null` where it changes nothing of it. */
  readonly revision: number | null;
}

/** `handedTo` got the slot in the same write: its work is owed now. */
export type AppendAnswer = Result<
  {
    readonly run: number;
    readonly handedTo: WorkOwed | null;
    /** As it is after the write; only what is not of the targets. */
    readonly service: Pick<ServiceRecord, 'revision'>;
  },
  { readonly code: 'store/stale' | 'store/fenced' | 'store/missing' }
>;

export type CreateAnswer = Result<
  { readonly deployment: Deployment; readonly created: boolean },
  { readonly code: 'store/conflict'; readonly existing: Deployment }
>;

export type Renewal = { readonly held: true; readonly revision: number } | { readonly held: false };

/** The holder of a service's slot and those in line for it, first come first. */
export interface SlotView extends ServiceRef {
  readonly holder: DeploymentId | null;
  readonly waiting: readonly DeploymentId[];
}
