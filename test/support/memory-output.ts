import type { DeploymentId } from '../../src/domain/model/ids.js';
import type {
  CallOutput,
  OutputLog,
  OutputPiece,
  OutputReader,
  RecordedOutput,
} from '../../src/domain/ports/call-output.js';
import type { DriverCall } from '../../src/domain/ports/target-driver.js';

interface Kept {
  readonly id: DeploymentId;
  output: RecordedOutput;
  readonly pieces: OutputPiece[];
}

/** What driver calls write, in memory and without bounds. */
export class MemoryOutput implements OutputLog, OutputReader {
  readonly #kept: Kept[] = [];
  readonly #now: () => number;
  #writes = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  open({ deploymentId: id, target, action, fence }: DriverCall): CallOutput {
    const call = `call-${this.#kept.length + 1}`;
    const about = { call, target: target.id, action, fence, worker: 'worker-1', at: this.#now() };
    const none = { endedAt: null, pieces: 0, cut: 0, dropped: 0, outdated: false };
    const kept: Kept = { id, output: { ...about, ...none }, pieces: [] };
    this.#kept.push(kept);
    this.#writes += 1;
    return {
      write: (lines) => {
        const number = kept.pieces.length + 1;
        kept.pieces.push({ number, at: this.#now(), lines });
        this.change(call, { pieces: number });
      },
      end: () => this.change(call, { endedAt: this.#now() }),
    };
  }

  /** As if so much had been cut, or dropped. */
  change(call: string, change: Partial<RecordedOutput>): void {
    const kept = this.#kept.find(({ output }) => output.call === call);
    if (kept) kept.output = { ...kept.output, ...change };
    this.#writes += 1;
  }

  revision(id: DeploymentId): Promise<number> {
    return Promise.resolve(this.#kept.some((kept) => kept.id === id) ? this.#writes : 0);
  }

  calls(id: DeploymentId): Promise<readonly RecordedOutput[]> {
    const its = this.#kept.filter((kept) => kept.id === id);
    return Promise.resolve(its.map(({ output }) => output));
  }

  pieces(
    _id: DeploymentId,
    { call }: RecordedOutput,
    after: number,
  ): Promise<readonly OutputPiece[]> {
    const kept = this.#kept.find(({ output }) => output.call === call);
    return Promise.resolve(kept?.pieces.filter(({ number }) => number > after).slice(0, 2) ?? []);
  }
}
