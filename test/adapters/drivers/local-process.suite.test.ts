import { targetDriverSuite } from '../../suites/target-driver.suite.js';
import { openSite } from './service-site.js';

targetDriverSuite('the local process driver', async () => {
  const site = await openSite();
  site.release('1.0.0');
  site.release('2.0.0');
  site.release('hanging', 'mute');
  return {
    driver: site.driver(),
    successor: site.driver(),
    first: site.call({ version: '1.0.0', fence: 1 }),
    second: site.call({ version: '2.0.0', fence: 2 }),
    hanging: site.call({ version: 'hanging', fence: 3 }),
    failing: site.call({ version: 'missing', fence: 4 }),
    runs: () => site.runs(),
    isAtWork: async () => site.living().length > 0,
    isAnythingLeft: async () => site.living().length > 0,
    close: () => site.close(),
  };
});
