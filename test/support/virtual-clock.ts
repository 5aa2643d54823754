/** The clock of the test kit is the tests' own. */
export { VirtualClock } from '../../src/adapters/simulation/virtual-clock.js';

/** Lets everything happen that can happen without time passing. */
export const quiet = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
