import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { DeploymentIdSchema, VersionSchema } from '../../../contracts/values/schemas.js';
import {
  groupRuns,
  isAlive,
  parseIdentity,
  type ProcessIdentity,
} from '../process/process-identity.js';
import { terminate } from '../process/terminate.js';
import { writeAtomically } from '../process/write-atomically.js';

const PlacementSchema = z.object({
  version: VersionSchema,
  release: z.string(),
  host: z.string(),
  port: z.int(),
  deploymentId: DeploymentIdSchema,
  action: z.enum(['deploy', 'rollback']),
  fence: z.number(),
});
const InstanceSchema = PlacementSchema.extend({
  launch: z.string(),
  process: z.object({ pid: z.int(), startTime: z.string() }),
});

/** What is put where, and by which call. */
export type Placement = z.output<typeof PlacementSchema>;

/** What runs on a target, or ran before the machine or somebody ended it. */
export type Instance = z.output<typeof InstanceSchema>;

/** A process that may start, runs, or has run. */
export interface Launch {
  readonly id: string;
  /** The launcher starts nothing without it. */
  readonly permit: string;
  readonly pidFile: string;
}

/** How long a launcher may take to write its pid, or to see that it may not start. */
const LAUNCH_MS = 300;

/** What is kept of one target's processes, on disk: it outlives the worker. */
export class InstanceStore {
  readonly #folder: string;
  readonly #launches: string;

  constructor(targetFolder: string) {
    this.#folder = targetFolder;
    this.#launches = join(targetFolder, 'run');
  }

  /** What the target is meant to run; whether it still does is for the caller to look at. */
  async current(): Promise<Instance | null> {
    return readJson(this.#currentFile, InstanceSchema);
  }

  /** What a worker started in the target's place, and did not live to record as what the target runs. */
  async unrecorded(): Promise<readonly Instance[]> {
    const current = await this.current();
    const others = (await this.#launchIds()).filter((id) => id !== current?.launch);
    const found = others.map(async (id) => {
      const { permit, pidFile } = this.#launch(id);
      const placement = await readJson(permit, PlacementSchema);
      const process = placement === null ? null : await identityIn(pidFile);
      if (placement === null || process === null || !isAlive(process)) return [];
      return [{ ...placement, launch: id, process }];
    });
    return (await Promise.all(found)).flat();
  }

  /** The flip: from here on the target runs this. */
  async setCurrent(instance: Instance): Promise<void> {
    await writeAtomically(this.#currentFile, JSON.stringify(instance));
  }

  async clear(): Promise<void> {
    await rm(this.#currentFile, { force: true });
  }

  /** `null` for a start that is only a trial: such a process never becomes what the target runs. */
  async openLaunch(placement: Placement | null): Promise<Launch> {
    await mkdir(this.#launches, { recursive: true, mode: 0o700 });
    const launch = this.#launch(randomUUID());
    await writeAtomically(launch.permit, JSON.stringify(placement));
    return launch;
  }

  /** Ends the process of a launch, however far it has come. @returns whether it was found running */
  async end(id: string, graceMs: number): Promise<boolean> {
    const launch = this.#launch(id);
    // Before the pid is read: a launcher that has not written it by then will start nothing.
    await rm(launch.permit, { force: true });
    const identity = await identityIn(launch.pidFile);
    const ran = identity !== null && (await endProcess(identity, graceMs));
    await rm(launch.pidFile, { force: true });
    return ran;
  }

  /** Ends what a target runs, whatever has become of the files beside its record. */
  async stop({ launch, process }: Instance, graceMs: number): Promise<boolean> {
    const ran = await endProcess(process, graceMs);
    const { permit, pidFile } = this.#launch(launch);
    await rm(permit, { force: true });
    await rm(pidFile, { force: true });
    return ran;
  }

  /** Ends all that was started here and never became what the target runs. */
  async endStrays(graceMs: number, except?: Instance | null): Promise<void> {
    const spared = [(await this.current())?.launch, except?.launch];
    const strays = (await this.#launchIds()).filter((id) => !spared.includes(id));
    await Promise.all(strays.map((id) => this.end(id, graceMs)));
  }

  /** @returns how many processes it ended */
  async endAll(graceMs: number): Promise<number> {
    await this.clear();
    const ids = await this.#launchIds();
    const ended = await Promise.all(ids.map((id) => this.end(id, graceMs)));
    return ended.filter(Boolean).length;
  }

  async #launchIds(): Promise<readonly string[]> {
    if (!existsSync(this.#launches)) return [];
    const names = await readdir(this.#launches);
    const known = names.filter((name) => /^[0-9a-f-]{36}\.(?:permit|pid)$/.test(name));
    return [...new Set(known.map((name) => name.slice(0, 36)))];
  }

  get #currentFile(): string {
    return join(this.#folder, 'current.json');
  }

  #launch(id: string): Launch {
    const path = join(this.#launches, id);
    return { id, permit: `${path}.permit`, pidFile: `${path}.pid` };
  }
}

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.safeParse(JSON.parse(await readFile(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** @returns whether it ran */
async function endProcess(identity: ProcessIdentity, graceMs: number): Promise<boolean> {
  if (!groupRuns(identity)) return false;
  if (await terminate(identity, graceMs)) return true;
  throw new Error(`process ${identity.pid} can not be killed`);
}

async function identityIn(pidFile: string): Promise<ProcessIdentity | null> {
  const until = performance.now() + LAUNCH_MS;
  for (;;) {
    const identity = parseIdentity(await readFile(pidFile, 'utf8').catch(() => ''));
    if (identity !== null || performance.now() > until) return identity;
    await sleep(20);
  }
}
