import { MemoryReleaseStore } from '../../../src/adapters/memory/memory-releases.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { releaseStoreSuite } from '../../suites/release-store.suite.js';

releaseStoreSuite('releases in memory', async () => new MemoryReleaseStore(systemClock));
