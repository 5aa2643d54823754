import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { DriverCall } from '../../../domain/ports/target-driver.js';
import { closeCgroup, openCgroup } from '../cgroup/call-cgroup.js';
import { type CallMark, endMarked } from '../process/call-processes.js';
import type { WorkerEnvironment } from '../process/driver-environment.js';
import { parseIdentity, thisMachine } from '../process/process-identity.js';
import { terminate } from '../process/terminate.js';
import { writeAtomically } from '../process/write-atomically.js';

const RecordSchema = z.object({
  ...{ machine: z.string(), deploymentId: z.string(), fence: z.number() },
  cgroup: z.string().nullable().default(null),
});
const UUID = /^[0-9a-f-]{36}\.json$/;
/** Of the last call that was settled, and of the last that was made here. */
const MARKS = { settled: 'settled.json', made: 'made.json' } as const;

/** That a command may start, or runs. Without its record the launcher starts nothing. */
export type CommandRecord = z.output<typeof RecordSchema> &
  CallMark & {
    readonly path: string;
    readonly pidFile: string;
  };

/** How long a launcher whose record is gone may take to have seen that. */
const LAUNCH_MS = 300;

/** The commands that run for one target on this machine, kept on disk so that they outlive the worker's memory. */
export class CommandRecords {
  readonly #folder: string;

  constructor(stateDir: string, { environment, service, target }: DriverCall) {
    this.#folder = join(stateDir, 'commands', environment, service, target.id);
  }

  async open(
    { deploymentId, fence }: DriverCall,
    environment: WorkerEnvironment,
  ): Promise<CommandRecord> {
    await this.#mark('made', { deploymentId, fence });
    const path = join(this.#folder, `${randomUUID()}.json`);
    const cgroup = await openCgroup(namesOf(path).mark, environment);
    const record = { machine: thisMachine(), deploymentId, fence, cgroup };
    await writeAtomically(path, JSON.stringify(record));
    return { ...record, ...namesOf(path) };
  }

  async all(): Promise<readonly CommandRecord[]> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const names = await readdir(this.#folder);
    const records = names
      .filter((name) => UUID.test(name))
      .map(async (name) => {
        const path = join(this.#folder, name);
        const record = await readJson(path, RecordSchema);
        return record === null ? [] : [{ ...record, ...namesOf(path) }];
      });
    return (await Promise.all(records)).flat();
  }

  /** From here on, calls of this deployment with this fence or an older one start nothing on this machine. */
  markSettled(call: DriverCall): Promise<void> {
    return this.#mark('settled', call);
  }

  async isSettled({ deploymentId, fence }: DriverCall): Promise<boolean> {
    const mark = await this.#read('settled');
    return mark !== null && mark.deploymentId === deploymentId && fence <= mark.fence;
  }

  /** Whether this call got as far as to start something, on this machine. */
  async wasMadeHere({ deploymentId, fence }: DriverCall): Promise<boolean> {
    const mark = await this.#read('made');
    return mark !== null && mark.deploymentId === deploymentId && mark.fence === fence;
  }

  #mark(name: keyof typeof MARKS, call: Pick<DriverCall, 'deploymentId' | 'fence'>): Promise<void> {
    const { deploymentId, fence } = call;
    return writeAtomically(
      join(this.#folder, MARKS[name]),
      JSON.stringify({ deploymentId, fence, machine: thisMachine() }),
    );
  }

  async #read(name: keyof typeof MARKS): Promise<z.output<typeof RecordSchema> | null> {
    const mark = await readJson(join(this.#folder, MARKS[name]), RecordSchema);
    return mark?.machine === thisMachine() ? mark : null;
  }
}

export const isHere = (record: CommandRecord): boolean => record.machine === thisMachine();
export const isOpen = (record: CommandRecord): boolean => existsSync(record.path);

export async function close({ path, pidFile, cgroup }: CommandRecord): Promise<void> {
  await rm(path, { force: true });
  await rm(pidFile, { force: true });
  await closeCgroup(cgroup);
}

/**
 * Ends the command of a record of this machine, also when the one who started it
 * is gone or stands still.
 *
 * @returns whether nothing of it is left
 */
export async function endCommand(record: CommandRecord, killGraceMs: number): Promise<boolean> {
  // Before the pid is read: a launcher that has not written it yet will find no record, and start nothing.
  await rm(record.path, { force: true });
  const until = performance.now() + LAUNCH_MS;
  for (;;) {
    const text = await readFile(record.pidFile, 'utf8').catch(() => '');
    const identity = parseIdentity(text);
    if (identity !== null) {
      const group = await terminate(identity, killGraceMs);
      const { left } = await endMarked(record, killGraceMs);
      const gone = group && left.length === 0;
      if (gone) {
        await rm(record.pidFile, { force: true });
        await closeCgroup(record.cgroup);
      } else await writeAtomically(record.path, JSON.stringify(record));
      return gone;
    }
    if (performance.now() > until) {
      await closeCgroup(record.cgroup);
      return true;
    }
    await sleep(20);
  }
}

const namesOf = (path: string): Pick<CommandRecord, 'path' | 'pidFile' | 'mark'> => ({
  path,
  pidFile: path.replace(/\.json$/, '.pid'),
  mark: basename(path, '.json'),
});

async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    const parsed = schema.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
