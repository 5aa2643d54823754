import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from './chance.js';
import { type Doom, doomText } from './mortal.js';
import type { ClientLine } from './redis-backend.js';
import { cameToIt, type Seat, tell } from './seat.js';
import { workerFile } from './worker-code.js';

export interface Death {
  readonly pid: number;
  readonly at: number;
}

export interface PoolOptions {
  readonly lines: readonly ClientLine[];
  readonly chance: Chance;
  readonly env: Readonly<Record<string, string>>;
  /** Before one that stood still wakes up. */
  readonly beforeWaking: (pid: number) => Promise<void>;
  /** Where what workers print goes; nothing should. */
  readonly output: string;
}

const REPLACED_AFTER_MS = 500;
/** Of those that are started, how many are to die by their own hand. */
const DOOMED = 0.5;

/** Worker processes, each of which is replaced when it dies. */
export class WorkerPool {
  readonly seats: readonly Seat[];
  /** Killed from here; of the others their own notes tell. */
  readonly kills: Death[] = [];
  /** Ended in a way that nobody wanted. */
  readonly crashes: string[] = [];
  started = 0;
  selfKills = 0;
  freezes = 0;
  #staffed = true;
  #doomed = true;
  readonly #options: PoolOptions;
  readonly #output: WriteStream;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#output = createWriteStream(options.output, { flags: 'a' });
    this.seats = options.lines.map(({ url, line }) => ({
      url,
      line,
      child: null,
      state: 'dead',
      frozenMs: 0,
    }));
    process.on('exit', this.#bury);
  }

  async start(): Promise<void> {
    for (const seat of this.seats) this.#hire(seat, null);
    await this.allReady();
  }

  async allReady(withinMs = 300_000): Promise<void> {
    const until = performance.now() + withinMs;
    while (this.seats.some(({ state }) => state !== 'ready')) {
      if (performance.now() > until) throw new Error('the workers did not become ready');
      await delay(50);
    }
  }

  /** One that takes jobs, if so many others do too, now or soon: somebody must get some work done. */
  async someone(others = 0): Promise<Seat | undefined> {
    for (let tries = 0; tries < 30; tries++) {
      const ready = this.seats.filter(({ state }) => state === 'ready');
      if (ready.length > others) return this.#options.chance.pick(ready);
      await delay(100);
    }
    return undefined;
  }

  async kill(): Promise<boolean> {
    // On a busy machine they come slowly, and would all be dead most of the time.
    const seat = await this.someone(Math.ceil(this.seats.length / 2));
    return seat !== undefined && this.#kill(seat);
  }

  async killPid(pid: number): Promise<boolean> {
    const seat = this.seats.find(({ child, state }) => child?.pid === pid && state === 'ready');
    return seat === undefined ? this.kill() : this.#kill(seat);
  }

  #kill(seat: Seat): boolean {
    const { child } = seat;
    if (!child?.pid) return false;
    seat.state = 'dead';
    this.kills.push({ pid: child.pid, at: Date.now() });
    return child.kill('SIGKILL');
  }

  /**
   * One of them stands still for so long, and wakes up as if nothing had been:
   * around such a call, where it comes to that soon, else wherever it is.
   */
  async freeze(ms: number, doom: Doom = this.#freezing()): Promise<boolean> {
    for (let tries = 0; tries < 5; tries++) {
      const seat = await this.someone(1);
      const { child } = seat ?? {};
      if (!seat || !child) continue;
      seat.frozenMs = ms;
      tell(child, { doom });
      await cameToIt(child);
      if (seat.child === child && seat.state === 'ready') {
        tell(child, { doom: null });
        child.kill('SIGSTOP');
        void this.#thaw(seat, child);
      }
      if (seat.child !== child || seat.state !== 'frozen') continue;
      await delay(ms);
      return true;
    }
    return false;
  }

  /** Wakes one that stands still, however late it came to that. */
  async #thaw(seat: Seat, child: ChildProcess): Promise<void> {
    if (seat.child === child && seat.state !== 'dead') seat.state = 'frozen';
    await delay(seat.frozenMs);
    if (child.pid !== undefined) await this.#options.beforeWaking(child.pid);
    if (!child.kill('SIGCONT')) return;
    this.freezes += 1;
    if (seat.child === child && seat.state === 'frozen') seat.state = 'ready';
  }

  async shiftClock(shiftMs: number, forMs: number): Promise<boolean> {
    const { child } = (await this.someone()) ?? {};
    if (!child) return false;
    tell(child, { shift: shiftMs });
    await delay(forMs);
    tell(child, { shift: 0 });
    return true;
  }

  /** From now on nobody who comes is doomed, and everybody is awake and on time; those already doomed go. */
  async relieve(): Promise<void> {
    this.#doomed = false;
    const old = this.seats.map(({ child }) => child);
    for (const child of old) child?.kill('SIGKILL');
    await this.allReady();
  }

  /** In an orderly way; what does not end is killed, and said. */
  async stop(): Promise<void> {
    this.#staffed = false;
    await Promise.all(
      this.seats.map(async ({ child }) => {
        if (!child || child.exitCode !== null || child.signalCode !== null) return;
        const ended = once(child, 'exit');
        child.kill('SIGCONT');
        child.kill('SIGTERM');
        const late = setTimeout(() => {
          this.crashes.push(`worker ${child.pid} did not stop in 40 s of SIGTERM`);
          child.kill('SIGKILL');
        }, 40_000);
        await ended;
        clearTimeout(late);
      }),
    );
    this.#output.end();
    process.off('exit', this.#bury);
  }

  /** One that stands still would do so for ever. */
  readonly #bury = (): void => {
    for (const { child } of this.seats) child?.kill('SIGKILL');
  };

  #hire(seat: Seat, doom: Doom | null): void {
    const { env } = this.#options;
    const file = workerFile(this.started);
    const child = fork(file, {
      env: { ...process.env, ...env, REDIS: seat.url, DOOM: doomText(doom) },
      execArgv: file.pathname.endsWith('.ts') ? ['--import', 'tsx'] : [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.started += 1;
    seat.child = child;
    seat.state = 'starting';
    child.stdout?.pipe(this.#output, { end: false });
    child.stderr?.pipe(this.#output, { end: false });
    child.on('error', () => {});
    child.on('message', (said) => {
      if (said === 'frozen') void this.#thaw(seat, child);
      else if (seat.child === child) seat.state = 'ready';
    });
    child.once('exit', (code, signal) => void this.#replace(seat, child, { code, signal }));
  }

  async #replace(
    seat: Seat,
    child: ChildProcess,
    { code, signal }: { readonly code: number | null; readonly signal: string | null },
  ): Promise<void> {
    seat.state = 'dead';
    if (!this.#staffed) {
      if (code !== 0 && signal !== 'SIGKILL') this.#crashed(child, code, signal);
      return;
    }
    if (signal !== 'SIGKILL') this.#crashed(child, code, signal);
    else if (this.#doomed && !this.kills.some(({ pid }) => pid === child.pid)) this.selfKills += 1;
    await delay(REPLACED_AFTER_MS);
    if (this.#staffed) this.#hire(seat, this.#doomed ? this.#doom() : null);
  }

  #crashed(child: ChildProcess, code: number | null, signal: string | null): void {
    this.crashes.push(`worker ${child.pid} ended by itself: exit code ${code}, signal ${signal}`);
  }

  #freezing(): Doom {
    const { chance } = this.#options;
    const port = chance.weighed({ driver: 6, store: 2, router: 1 });
    const when = chance.happens(0.7) ? 'before' : 'after';
    return { how: 'freeze', port, when, nth: chance.whole(1, 4) };
  }

  #doom(): Doom | null {
    const { chance } = this.#options;
    if (!chance.happens(DOOMED)) return null;
    const port = chance.weighed({ store: 6, driver: 2, router: 1 });
    const when = chance.happens(0.5) ? 'before' : 'after';
    return { how: 'kill', port, when, nth: chance.whole(1, port === 'store' ? 80 : 12) };
  }
}
