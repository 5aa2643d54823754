import type { CliPorts, CliSession } from './cli-ports.js';
import { EXIT, type ExitCode } from './exit-code.js';
import { Output } from './output.js';
import { unlessAborted } from './wake.js';
import { NAMESPACE_PATTERN } from '../../contracts/values/namespace.js';

/** What was asked for can't be done as it was asked: exit code 2. The message begins with the field. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Whoever is told to stop waits for connections to be closed no longer than this. */
const CLOSING_MS = 300;

/** The flags that every command has. */
export interface CommonFlags {
  readonly json?: true | undefined;
  readonly redis?: string | undefined;
  readonly namespace?: string | undefined;
}

/** One run of the CLI: what commands share, and the exit code they leave. */
export class CliRun {
  readonly ports: CliPorts;
  readonly out: Output;
  exitCode: ExitCode = EXIT.ok;
  /** Whether it waits for nothing but Redis: told to stop, it can be left where it is. */
  onlyAsks = false;
  /** Whether others rely on it while it runs, and nobody on what it prints. */
  serves = false;
  /** Whether what it prints is all that it does. */
  onlyPrints = false;

  constructor(ports: CliPorts) {
    this.ports = ports;
    this.out = new Output(ports);
  }

  /** @throws UsageError when the namespace from the environment is none */
  connection({ redis, namespace = this.ports.env['SIGNALBOX_NAMESPACE'] }: CommonFlags): {
    readonly redis: string | undefined;
    readonly namespace: string | undefined;
  } {
    if (namespace !== undefined && !NAMESPACE_PATTERN.test(namespace)) {
      throw new UsageError(`namespace: expected it to match ${NAMESPACE_PATTERN.source}`);
    }
    this.onlyAsks = true;
    return { redis, namespace };
  }

  /** Of a command that runs until it is told to stop, and then takes its time. */
  serve(work: () => Promise<void>): Promise<void> {
    this.onlyAsks = false;
    this.serves = true;
    return work();
  }

  async withSession(
    flags: CommonFlags,
    work: (session: CliSession) => Promise<ExitCode>,
  ): Promise<void> {
    const session = await this.#open(flags);
    try {
      this.exitCode = await work(session);
    } finally {
      await unlessAborted(session.close(), this.ports.interrupted, CLOSING_MS);
    }
  }

  async #open(flags: CommonFlags): Promise<CliSession> {
    const connection = this.connection(flags);
    try {
      return await this.ports.openSession(connection);
    } catch (error) {
      // The composition root throws these for an address it can't read.
      if (error instanceof TypeError) throw new UsageError(`redis: ${error.message}`);
      throw error;
    }
  }
}
