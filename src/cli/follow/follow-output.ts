import { isoTime } from '../../contracts/views/deployment-view.js';
import { outputGaps, outputTitle } from '../../contracts/views/output-text.js';
import { isTerminal } from '../../domain/model/deployment/plan-state.js';
import type { DeploymentId } from '../../domain/model/ids.js';
import type { OutputPiece, RecordedOutput } from '../../domain/ports/call-output.js';
import type { CliSession } from '../session/cli-ports.js';
import type { CliRun } from '../session/cli-run.js';
import { sleep } from '../session/wake.js';
import { Patience } from './patience.js';
import { dateTimeText } from '../text/time-text.js';

export interface OutputRequest {
  readonly id: DeploymentId;
  /** `null` for all. */
  readonly target: string | null;
  readonly json: boolean;
  readonly timestamps: boolean;
}

const POLL_MS = 300;
/** What a worker still has in hand when the deployment ends is written down within this time. */
const SETTLED_MS = 500;
/** As long is waited where some call never said that it ended. */
const QUIET_MS = 3_000;

/** Prints what is kept. */
export async function printOutput(
  run: CliRun,
  session: CliSession,
  request: OutputRequest,
): Promise<void> {
  const printer = new OutputPrinter(run, session, request);
  await printer.news();
  if (!printer.printed) run.out.note(`no output of ${request.id} is kept`);
}

/**
 * Prints what is kept and what comes, until the deployment has ended and all was printed.
 *
 * @returns whether it came to that; else a signal was first
 */
export async function followOutput(
  run: CliRun,
  session: CliSession,
  request: OutputRequest,
): Promise<boolean> {
  const { now, interrupted } = run.ports;
  const printer = new OutputPrinter(run, session, request);
  const patience = new Patience(run.ports, { reached: true });
  let quietSince = now();
  while (!interrupted.aborted) {
    const look = await patience.look(async () => {
      // Looked at first: what was written before the end is then read.
      const deployment = await session.store.load(request.id);
      const ended = deployment === undefined || isTerminal(deployment.state.status);
      return { ended, news: await printer.news() };
    });
    if (look?.news) quietSince = now();
    const settledMs = printer.allEnded ? SETTLED_MS : QUIET_MS;
    if (look?.ended && now() - quietSince >= settledMs) {
      if (!printer.printed) run.out.note(`no output of ${request.id} is kept`);
      return true;
    }
    await sleep(POLL_MS, interrupted);
  }
  return false;
}

/** Prints each line once; a title stands where the lines of another call begin. */
class OutputPrinter {
  readonly #run: CliRun;
  readonly #session: CliSession;
  readonly #request: OutputRequest;
  readonly #read = new Map<string, number>();
  #revision = 0;
  #titled: string | null = null;
  allEnded = false;
  printed = false;

  constructor(run: CliRun, session: CliSession, request: OutputRequest) {
    this.#run = run;
    this.#session = session;
    this.#request = request;
  }

  /** @returns whether anything was written since the last look */
  async news(): Promise<boolean> {
    const { id, target } = this.#request;
    const revision = await this.#session.output.revision(id);
    if (revision === this.#revision) return false;
    const calls = await this.#session.output.calls(id);
    const wanted = calls.filter((call) => target === null || call.target === target);
    for (const output of wanted) await this.#print(output);
    this.allEnded = wanted.every(({ endedAt }) => endedAt !== null);
    this.#revision = revision;
    return true;
  }

  async #print(output: RecordedOutput): Promise<void> {
    const { id } = this.#request;
    for (;;) {
      const after = this.#read.get(output.call) ?? 0;
      const pieces = await this.#session.output.pieces(id, output, after);
      const last = pieces.at(-1);
      if (last === undefined) return;
      for (const piece of pieces) this.#say(output, piece);
      this.#read.set(output.call, last.number);
    }
  }

  #say(output: RecordedOutput, { at, lines }: OutputPiece): void {
    const { out } = this.#run;
    const { json, timestamps } = this.#request;
    const { call, target, action } = output;
    this.printed = true;
    if (json) {
      for (const line of lines) out.json({ target, action, call, time: isoTime(at), line });
      return;
    }
    if (this.#titled !== call) {
      const title = [outputTitle(output), ...outputGaps(output)].join('; ');
      out.line(['faint', `--- ${title} ---`]);
      this.#titled = call;
    }
    const when = timestamps ? `${dateTimeText(isoTime(at))} ` : '';
    for (const line of lines) out.line(['faint', `${when}${target} | `], line);
  }
}
