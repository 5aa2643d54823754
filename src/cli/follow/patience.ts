import type { CliPorts } from '../session/cli-ports.js';
import { UsageError } from '../session/cli-run.js';
import { unlessAborted } from '../session/wake.js';

/** Redis may restart meanwhile; longer than this it is away. */
const PATIENCE_MS = 30_000;

/** What was looked at before is looked at again while Redis is away for a moment. */
export class Patience {
  readonly #ports: Pick<CliPorts, 'now' | 'interrupted'>;
  #reachedAt: number | null;

  /** @param reached whether Redis has answered this command before */
  constructor(ports: Pick<CliPorts, 'now' | 'interrupted'>, { reached = false } = {}) {
    this.#ports = ports;
    this.#reachedAt = reached ? ports.now() : null;
  }

  /**
   * What the look shows; `null` where Redis is away at the moment, or a signal came first.
   * Where Redis has not answered yet the first look is made whatever comes.
   *
   * @throws what the look threw, where Redis was never reached or is away for longer than half a minute
   */
  async look<T extends object>(look: () => Promise<T>): Promise<T | null> {
    const { now, interrupted } = this.#ports;
    try {
      const looking = look();
      const seen = this.#reachedAt === null ? looking : unlessAborted(looking, interrupted);
      const shown = await seen;
      if (shown !== null) this.#reachedAt = now();
      return shown;
    } catch (error) {
      const since = this.#reachedAt;
      if (error instanceof UsageError || since === null || now() - since > PATIENCE_MS) throw error;
      return null;
    }
  }
}
