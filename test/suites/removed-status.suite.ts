import { describe, expect, test } from 'vitest';
import type { DeploymentId } from '../../src/domain/model/ids.js';
import { type TargetStatus, UNTOUCHED } from '../../src/domain/model/target-status.js';
import { API, v, web } from '../support/fixtures.js';
import { started, type StoreHand, updated } from '../support/store-hand.js';

const DEPLOYED: TargetStatus = {
  ...UNTOUCHED,
  version: [v('1.9.9')],
  by: 'dep_0000000000call' as DeploymentId,
};
const GONE: TargetStatus = { ...UNTOUCHED, version: [null] };

/** What every store must forget of a service, in the write that says so. */
export function removedStatusSuite(name: string, make: () => Promise<StoreHand>): void {
  describe(`${name}, of a target that was removed`, () => {
    test('keeps nothing once it is nobody’s, and all of others', async () => {
      const hand = await make();
      const { id } = await hand.create();
      const fence = await hand.begun(id);
      const both = [web(7), web(8)].map((each) => [each, DEPLOYED] as const);
      await hand.give(id, started(web(1), fence), fence, { targets: both });

      const written = [
        [web(7), GONE],
        [web(8), { ...DEPLOYED, left: true }],
      ] as const;
      await hand.give(id, updated(web(1)), fence, { targets: written });

      const { targets } = await hand.store.service(API);
      expect([...targets.keys()]).toEqual([web(8)]);
      expect(targets.get(web(8))).toEqual({ ...DEPLOYED, left: true });
    });
  });
}
