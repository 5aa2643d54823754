import { Command } from '@commander-js/extra-typings';
import { MemoryPromotionStore } from '../../src/adapters/memory/memory-promotions.js';
import { MemoryReleaseStore } from '../../src/adapters/memory/memory-releases.js';
import { systemClock } from '../../src/adapters/system/system-clock.js';
import type { CliPorts, CliSession } from '../../src/cli/session/cli-ports.js';
import { CliRun } from '../../src/cli/session/cli-run.js';
import { addPromotion } from '../../src/cli/orders/promotion.js';
import { addRelease } from '../../src/cli/orders/release.js';
import type { ReleaseSession } from '../../src/cli/session/release-session.js';
import type { Promotion } from '../../src/domain/promotion/promotion.js';
import type { Release } from '../../src/domain/release/release.js';
import { releaseId } from '../../src/domain/release/release-id.js';
import { ReleaseProducer } from '../../src/producers/release-producer.js';

/** Releases and promotions in memory, with their commands in front of them. */
export class ReleaseCliWorld {
  readonly releases = new MemoryReleaseStore(systemClock);
  readonly promotions = new MemoryPromotionStore(systemClock);
  readonly interrupt = new AbortController();
  terminal: { isTTY: boolean; columns: number } | null = null;
  without = false;
  #made = 0;

  readonly producer = new ReleaseProducer({
    configurations: { approval: async () => null },
    releases: this.releases,
    promotions: this.promotions,
    store: { load: async () => undefined },
    clock: systemClock,
    newReleaseId: () => releaseId(`rel_000000000${(this.#made += 1)}`),
  });

  async run(...argv: readonly string[]) {
    const said = { out: '', err: '' };
    const session: ReleaseSession = {
      releases: this.producer,
      releaseStore: this.releases,
      promotionStore: this.promotions,
    };
    const opened = { close: async () => {}, ...(this.without ? {} : session) };
    const ports = {
      stdout: { write: (text: string) => (said.out += text), ...this.terminal },
      stderr: { write: (text: string) => (said.err += text) },
      env: { USER: 'ada', NO_COLOR: '1' },
      interrupted: this.interrupt.signal,
      now: () => Date.now(),
      openSession: async () => opened as unknown as CliSession,
    } as unknown as CliPorts;
    const run = new CliRun(ports);
    const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    addRelease(program, run);
    addPromotion(program, run);
    await program.parseAsync(argv, { from: 'user' });
    return { code: run.exitCode, ...said };
  }

  /** What a worker makes of the newest release. */
  async become(change: (release: Release) => Release): Promise<void> {
    const { items } = await this.releases.list({ limit: 1 });
    const [before] = items;
    if (!before) throw new Error('no release yet');
    await this.releases.save(before, change(before), 0);
  }

  async stored(after: Promotion): Promise<Promotion> {
    await this.promotions.write({ changes: [{ before: null, after, lookInMs: 0 }] });
    return after;
  }
}
