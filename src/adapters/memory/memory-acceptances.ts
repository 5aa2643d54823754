import type { Acceptance, JobAcceptances, JobRef } from '../../domain/ports/job-acceptances.js';
import type { Clock } from '../../domain/ports/clock.js';

/** What workers accepted, for as long as the process lives. */
export class MemoryJobAcceptances implements JobAcceptances {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #accepted = new Map<string, { digests: readonly string[]; until: number }>();
  /** Nonce → until when it is remembered. */
  readonly #used = new Map<string, number>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  async isAccepted(job: JobRef, digest: string): Promise<boolean> {
    return this.#digestsOf(job).includes(digest);
  }

  async accept({ job, digest, publisher, nonce, nonceMs }: Acceptance): Promise<boolean> {
    const name = `${publisher}\n${nonce}`;
    const now = this.#clock.now();
    if ((this.#used.get(name) ?? 0) > now) {
      const digests = this.#digestsOf(job);
      return digests.length === 1 && digests[0] === digest;
    }
    this.#used.set(name, now + nonceMs);
    await this.vouch(job, [digest]);
    return true;
  }

  async vouch(job: JobRef, digests: readonly string[]): Promise<void> {
    this.#accepted.set(nameOf(job), { digests, until: Infinity });
  }

  async end(job: JobRef, keepMs: number): Promise<void> {
    const digests = this.#digestsOf(job);
    this.#accepted.set(nameOf(job), { digests, until: this.#clock.now() + keepMs });
  }

  #digestsOf(job: JobRef): readonly string[] {
    const accepted = this.#accepted.get(nameOf(job));
    return accepted && accepted.until > this.#clock.now() ? accepted.digests : [];
  }
}

const nameOf = ({ queue, jobId, publishedAt }: JobRef): string =>
  `${queue}:${publishedAt}:${jobId}`;
