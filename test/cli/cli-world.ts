import type { FlagKeeper } from '../../src/domain/ports/flag-store.js';
import { rruleCalendar } from '../../src/adapters/calendar/rrule-calendar.js';
import { deployFn } from '../../src/adapters/drivers/deploy-fn.driver.js';
import { MemoryFreezes } from '../../src/adapters/memory/memory-freezes.js';
import { randomIds } from '../../src/adapters/system/random-ids.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { CliPorts, CliSession, JobView } from '../../src/cli/session/cli-ports.js';
import { checkedConfig, shownConfig } from '../../src/app/session/config-here.js';
import { redisUsers } from '../../src/app/session/redis-users.js';
import { simulateFile } from '../../src/app/simulation/simulate-file.js';
import { runCli } from '../../src/cli/program.js';
import { type DeploymentId, deploymentId, targetId, version } from '../../src/domain/model/ids.js';
import { DEFAULT_POLICY, type Policy } from '../../src/domain/model/plan/policy.js';
import type { AutomationHold } from '../../src/domain/model/hold.js';
import type { TargetDriver } from '../../src/domain/ports/target-driver.js';
import type { TrafficRouter } from '../../src/domain/ports/traffic-router.js';
import type { ServiceCatalog } from '../../src/domain/manager/service-catalog.js';
import type { Outline, WorkerSign } from '../../src/domain/fleet/worker-sign.js';
import { err, ok } from '../../src/domain/model/result.js';
import { DeploymentProducer } from '../../src/producers/deployment-producer.js';
import { FreezeProducer } from '../../src/producers/freeze-producer.js';
import { workPublisher } from '../../src/producers/publish-work.js';
import { aRecord, aWorker, workerPorts } from '../support/cluster.js';
import { MemoryOutput } from '../support/memory-output.js';
import { EventTape } from './event-tape.js';
import { MemorySessions } from '../support/memory-sessions.js';
import { InMemoryWorker } from './in-memory-worker.js';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A whole Signalbox in memory, with the CLI in front of it. */
export class CliWorld {
  readonly tape = new EventTape();
  readonly #record = aRecord(systemClock);
  readonly state = this.#record.state;
  readonly index = this.#record.index;
  readonly store = this.tape.recording(this.#record.store);
  /** By `environment/service`. */
  readonly automationHolds = new Map<string, AutomationHold>();
  readonly freezes = new MemoryFreezes(this.automationHolds, systemClock);
  readonly calls: string[] = [];
  policy: Policy = { ...DEFAULT_POLICY, retries: 0 };
  readonly ids = randomIds();
  /** Versions that no target takes. */
  readonly bad = new Set(['3.0.0']);
  targets: readonly string[] = ['web-1', 'web-2'];
  router: TrafficRouter | null = null;
  /** How long one driver call takes. */
  callMs = 0;
  env: Record<string, string> = { USER: 'ada' };
  terminal: { isTTY: boolean; columns: number } | null = null;
  interrupt = new AbortController();
  /** What is said of the workers. */
  workers: readonly WorkerSign[] = [];
  readonly outlines = new Map<string, Outline>();
  failToOpen: Error | null = null;
  closed = 0;

  readonly output = new MemoryOutput();
  flagKeepers: readonly FlagKeeper[] = [];
  /** What a call that fails says. */
  said: string | null = null;

  readonly #deployed = deployFn(async (target, put) => {
    this.calls.push(`${target.id}=${put}`);
    await systemClock.sleep(this.callMs);
    return !this.bad.has(put);
  });
  readonly driver: TargetDriver = {
    ...this.#deployed,
    apply: async (call, signal) => {
      const answer = await this.#deployed.apply(call, signal);
      if (answer.ok || this.said === null) return answer;
      return err({ ...answer.error, evidence: { exitCode: 7, output: this.said } });
    },
  };

  readonly sessions = new MemorySessions();
  readonly worker: InMemoryWorker = new InMemoryWorker(() => this.#core);
  readonly #core: ReturnType<typeof aWorker> = aWorker(
    workerPorts({
      ...{ store: this.store, index: this.index, clock: systemClock, calendar: rruleCalendar },
      runtimeOf: () => ok({ driver: this.driver, checker: null, router: this.router }),
      publish: workPublisher(this.worker),
      ...{ worker: 'worker-1', leaseMs: 30_000 },
    }),
    { catalog: this.#catalog(), ids: this.ids },
  );
  readonly manager = this.#core.manager;

  #jobs = 0;
  #freezes = 0;

  session(): CliSession {
    return {
      producer: new DeploymentProducer({
        queues: this.worker,
        store: this.store,
        clock: systemClock,
        freezes: this.freezes,
        calendar: rruleCalendar,
        publish: workPublisher(this.worker),
        newJobId: () => `job_${(this.#jobs += 1)}`,
        close: async () => {},
      }),
      store: this.store,
      index: this.index,
      output: this.output,
      freezes: new FreezeProducer({
        freezes: this.freezes,
        clock: systemClock,
        newFreezeId: () => `frz_${(this.#freezes += 1)}`,
      }),
      sessions: this.sessions,
      roster: {
        workers: async () => this.workers,
        outlineOf: async (name) => this.outlines.get(name) ?? null,
      },
      calendar: rruleCalendar,
      flagKeepers: async () => this.flagKeepers,
      keptEvents: async () => this.tape.kept(),
      events: (options) => this.tape.read(options),
      job: async (queue, jobId): Promise<JobView | null> =>
        this.worker.jobs.get(`${queue}:${jobId}`) ?? null,
      close: async () => {
        this.closed += 1;
      },
    };
  }

  ports(said: { out: string; err: string }): CliPorts {
    return {
      stdout: {
        write: (text: string) => {
          said.out += text;
        },
        ...this.terminal,
      },
      stderr: {
        write: (text: string) => {
          said.err += text;
        },
      },
      env: this.env,
      interrupted: this.interrupt.signal,
      now: () => Date.now(),
      version: '1.2.3',
      openSession: async () => {
        if (this.failToOpen) throw this.failToOpen;
        return this.session();
      },
      openDoctor: () => Promise.reject(new Error('no Redis here')),
      openRepair: () => Promise.reject(new Error('no Redis here')),
      runWorker: async () => {},
      runServer: async () => {},
      runUp: async () => {},
      checkConfig: (flags) => checkedConfig(flags, this.env),
      showConfig: (flags) => shownConfig(flags, this.env),
      redisUsers: (roles, namespace) => redisUsers(roles, namespace, this.env),
      simulate: (flags) => simulateFile(flags),
    };
  }

  async run(argv: readonly string[], ports: Partial<CliPorts> = {}): Promise<Ran> {
    const said = { out: '', err: '' };
    const code = await runCli(argv, { ...this.ports(said), ...ports });
    return { code, ...said };
  }

  /** Freezes through the CLI, for claims as well. */
  async frozen(...flags: readonly string[]): Promise<void> {
    await this.run(['freeze', ...flags]);
    for (const freeze of await this.freezes.list()) this.state.freezes.set(freeze.id, freeze);
  }

  /** Deploys past the CLI. */
  async deployed(put: string, service = 'api'): Promise<DeploymentId> {
    this.worker.away = true;
    await this.manager.deploy(service, put);
    this.worker.away = false;
    const { items } = await this.index.history({ limit: 1 });
    return items[0]?.id ?? deploymentId('dep_nothing000');
  }

  #catalog(): ServiceCatalog {
    return {
      resolve: (ref, wanted, overrides) => {
        if (ref.service === 'unheard') {
          return err({
            code: 'plan/impossible',
            path: 'service',
            message: 'unheard is not configured',
          });
        }
        const targets = this.targets.map((id) => ({
          id: targetId(id),
          name: id,
          address: `${id}.internal`,
          metadata: {},
        }));
        return ok({
          version: version(wanted),
          strategy: overrides.strategy ?? { kind: 'rolling' },
          targets: overrides.targets ?? targets,
          ...(overrides.targets === undefined && { configured: targets }),
          checks: [],
          router: this.router?.kind ?? null,
          driver: { kind: 'deploy_fn', fences: false, removes: false },
          driverTimeoutMs: 60_000,
          policy: this.policy,
        });
      },
    };
  }
}
