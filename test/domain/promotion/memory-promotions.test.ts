import { MemoryPromotionStore } from '../../../src/adapters/memory/memory-promotions.js';
import { systemClock } from '../../../src/adapters/system/system-clock.js';
import { promotionStoreSuite } from '../../suites/promotion-store.suite.js';

promotionStoreSuite('promotions in memory', async () => new MemoryPromotionStore(systemClock));
