import type { PromotionStore } from '../../domain/promotion/promotion-store.js';
import type { ReleaseStore } from '../../domain/release/release-store.js';
import type { Release } from '../../domain/release/release.js';
import type { ReleaseId } from '../../domain/release/release-id.js';
import type { ReleaseProducer } from '../../producers/release-producer.js';
import type { CliSession } from './cli-ports.js';
import { UsageError } from './cli-run.js';

/** What the commands for releases and promotions need of a session. */
export interface ReleaseSession {
  readonly releases: ReleaseProducer;
  readonly releaseStore: Pick<ReleaseStore, 'load' | 'list'>;
  readonly promotionStore: Pick<PromotionStore, 'list' | 'load'>;
}

/** @throws UsageError where the program around the command line keeps no releases */
export function releasesOf(session: CliSession & Partial<ReleaseSession>): ReleaseSession {
  const { releases, releaseStore, promotionStore } = session;
  if (!releases || !releaseStore || !promotionStore) {
    throw new UsageError('release: not available here');
  }
  return { releases, releaseStore, promotionStore };
}

/** @throws UsageError when there is no such release */
export async function loadRelease(
  { releaseStore }: ReleaseSession,
  id: ReleaseId,
): Promise<Release> {
  const release = await releaseStore.load(id);
  if (release === undefined) throw new UsageError(`id: no release ${id}`);
  return release;
}
