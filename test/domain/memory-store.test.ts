import { systemClock } from '../../src/adapters/system/system-clock.js';
import { deploymentLimitsSuite } from '../suites/deployment-limits.suite.js';
import { deploymentPlacesSuite } from '../suites/deployment-places.suite.js';
import { deploymentOrderSuite } from '../suites/deployment-order.suite.js';
import { deploymentStoreSuite } from '../suites/deployment-store.suite.js';
import { deploymentWaitingSuite } from '../suites/deployment-waiting.suite.js';
import { forcedEndSuite } from '../suites/forced-end.suite.js';
import { removedStatusSuite } from '../suites/removed-status.suite.js';
import { serviceRecordSuite } from '../suites/service-record.suite.js';
import { aRecord } from '../support/cluster.js';
import { StoreHand } from '../support/store-hand.js';

async function inMemory(): Promise<StoreHand> {
  const { store, index } = aRecord(systemClock);
  return new StoreHand(store, index);
}

deploymentStoreSuite('a store in memory', inMemory);
deploymentOrderSuite('a store in memory', inMemory);
deploymentLimitsSuite('a store in memory', inMemory);
deploymentPlacesSuite('targets of several environments, in memory', inMemory);
deploymentWaitingSuite('a store in memory', inMemory);
forcedEndSuite('a store in memory', inMemory);
serviceRecordSuite('a store in memory', inMemory);
removedStatusSuite('a store in memory', inMemory);
