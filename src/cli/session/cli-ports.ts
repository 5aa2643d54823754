import type { Calendar } from '../../domain/ports/calendar.js';
import type { ConnectionFlags } from './connection-flags.js';
import type { OpenDoctor } from './doctor-session.js';
import type { OpenRepair } from './repair-session.js';
import type { OutputReader } from '../../domain/ports/call-output.js';
import type { DeploymentEvent, KeptEvents } from '../../domain/ports/event-log.js';
import type { FlagKeeper } from '../../domain/ports/flag-store.js';
import type { DeploymentIndex } from '../../domain/ports/deployment-index.js';
import type { DeploymentStore } from '../../domain/ports/deployment-store.js';
import type { ReadOptions } from '../../events/read-events.js';
import type { DeploymentProducer } from '../../producers/deployment-producer.js';
import type { FreezeProducer } from '../../producers/freeze-producer.js';
import type { AclRole } from '../../contracts/values/acl-role.js';
import type { QueueName } from '../../contracts/jobs/define-job.js';
import type { Simulated, SimulationRefusal } from '../../contracts/views/simulation-view.js';
import type { WorkerRoster } from '../../domain/fleet/worker-sign.js';
import type { SessionStore } from '../../domain/security/session-store.js';
import type { EnvironmentName, ServiceName } from '../../domain/model/ids.js';
import type { PlanRefusal } from '../../domain/strategies/parts/strategy.js';
import type { Result } from '../../domain/model/result.js';

/** What the commands need from the world; the composition root provides it. */
export interface CliPorts {
  readonly stdout: {
    write(text: string): unknown;
    readonly isTTY?: boolean;
    readonly columns?: number;
    /** Aborts when nothing that is written arrives any more; the reason is the error's code. */
    readonly lost?: AbortSignal;
    /** Resolves once it is known of everything written whether it arrived. */
    flush?(): Promise<void>;
  };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborts on the first SIGHUP, SIGINT or SIGTERM; the reason is its name. */
  readonly interrupted: AbortSignal;
  readonly now: () => number;
  /** Of this package. */
  readonly version: string;
  /** An error of Redis or its client in a sentence: `RedisUnavailable` or `RedisRefused`; others as they are. */
  readonly redisTrouble?: (error: unknown) => unknown;
  /** @throws an error that says within seconds that Redis is away */
  openSession(options: ConnectionFlags): Promise<CliSession>;
  openDoctor: OpenDoctor;
  openRepair: OpenRepair;
  /** Runs until `interrupted`; then stops gracefully. */
  runWorker(options: ConnectionFlags & ConfigFlags): Promise<void>;
  /** HTTP surface alone (Bull Board, health); runs until `interrupted`. */
  runServer(
    options: ConnectionFlags & ConfigFlags & ListenFlags,
    ready: (served: Served) => void,
  ): Promise<void>;
  /** All in one process, with a Redis of its own where none is given; runs until `interrupted`. */
  runUp(
    options: ConnectionFlags &
      ConfigFlags &
      ListenFlags & { readonly dataDir?: string | undefined },
    ready: (served: Served & { readonly redis: string }) => void,
  ): Promise<void>;
  /**
   * Reads and checks the configuration; needs no Redis.
   *
   * @throws ConfigError that names every problem
   */
  checkConfig(options: CheckConfigFlags): Promise<CheckedConfig>;
  /**
   * The configuration with its defaults filled in, and without its secrets; needs no Redis.
   *
   * @returns an error for a service or an environment that is not configured
   * @throws ConfigError that names every problem
   */
  showConfig(options: ShowConfigFlags): Promise<Result<object, PlanRefusal>>;
  /** Redis users of these roles, with passwords; needs no Redis. */
  redisUsers(roles: readonly AclRole[], namespace: string): readonly RedisUser[];
  /** Carries a plan out on a virtual clock; needs no Redis. */
  simulate(options: SimulateFlags): Promise<Result<Simulated, SimulationRefusal>>;
}

/** What came of starting the HTTP surface. */
export interface Served {
  /** Where it listens. */
  readonly http: string;
  /** What people open. */
  readonly url: string;
  /** What those may do who bring no credentials, in a sentence. */
  readonly access: string;
}

/** One of the users that `acl` prints. */
export interface RedisUser {
  readonly role: AclRole;
  readonly name: string;
  /** As `ACL SETUSER` takes them. */
  readonly rules: readonly string[];
  /** Of an ACL file. */
  readonly line: string;
  /** Its password, where none was given. */
  readonly madeUp: string | null;
}

/** A file with what is simulated, and under which circumstances; `SimulationOptionsSchema` checks them. */
export interface SimulateFlags {
  readonly spec: string;
  readonly service?: string | undefined;
  readonly environment?: string | undefined;
  readonly version?: string | undefined;
  readonly previous?: string | undefined;
  readonly first?: true | undefined;
  readonly faults: string[];
  /** A file. */
  readonly metrics?: string | undefined;
  readonly gates?: 'promote' | 'timeout' | 'wait' | undefined;
  readonly at?: string | undefined;
  readonly callTime?: string | undefined;
  readonly seed?: string | undefined;
}

export interface ShowConfigFlags extends ConfigFlags {
  /** All, where none is named. */
  readonly service?: ServiceName | undefined;
  readonly environment?: EnvironmentName | undefined;
}

/** A configuration in which nothing is wrong. */
export interface CheckedConfig {
  readonly file: string;
  readonly services: readonly string[];
}

export interface ConfigFlags {
  readonly config?: string | undefined;
}

export interface CheckConfigFlags extends ConfigFlags {
  /** Whether the secrets that it names must be there; they must where not given. */
  readonly secrets?: boolean | undefined;
}

export interface ListenFlags {
  readonly host: string;
  readonly port: number;
  /** Bull Board may change queues only where this is set. */
  readonly writableBoard: boolean;
  /** Everybody may look, also where others reach the server and there are no credentials. */
  readonly insecureAnonymous?: true | undefined;
}

/** One command's connection. */
export interface CliSession {
  readonly producer: DeploymentProducer;
  readonly store: Pick<DeploymentStore, 'load' | 'service'>;
  readonly index: DeploymentIndex;
  /** What driver calls have written. */
  readonly output: OutputReader;
  readonly freezes: FreezeProducer;
  /** Who is signed in with a browser. */
  readonly sessions: SessionStore;
  /** What the workers say of themselves. */
  readonly roster: WorkerRoster;
  /** Knows when deployment windows are open. */
  readonly calendar: Calendar;
  /**
   * Who keeps the flags: Redis for each of these environments, and the files of a configuration.
   *
   * @param config else the configuration in the working folder
   * @throws ConfigError where it can't be used
   */
  flagKeepers(
    environments: readonly EnvironmentName[],
    config: string | undefined,
  ): Promise<readonly FlagKeeper[]>;
  keptEvents(): Promise<KeptEvents | null>;
  events(options: ReadOptions): AsyncIterable<DeploymentEvent>;
  /** How a published job stands; `failed` carries its reason. */
  job(queue: QueueName, jobId: string): Promise<JobView | null>;
  close(): Promise<void>;
}

export interface JobView {
  readonly state: 'pending' | 'active' | 'completed' | 'failed';
  readonly failedReason: string | null;
  /** What the worker returned, once completed. */
  readonly result: unknown;
}
