import { newRelease, ReleaseRequestSchema } from '../../../src/contracts/release.schema.js';
import { freezeFrom } from '../../../src/domain/model/plan/freeze.js';
import { releaseId } from '../../../src/domain/release/release-id.js';

/** What a person may write where no worker has ever run. */
export function aFreeze() {
  const scope = { environment: null, service: null, labels: {} };
  const wanted = { scope, reason: 'why', by: 'ann', from: null, until: null, for: null };
  const freeze = freezeFrom(wanted, 'f1', Date.now());
  if (!freeze.ok) throw new Error(freeze.error.message);
  return freeze.value;
}

export const aRelease = () =>
  newRelease(
    ReleaseRequestSchema.parse({
      ...{ schema: 1, environment: 'production' },
      services: [{ service: 'api', version: '2.0.0' }],
    }),
    () => releaseId('rel_0000000001'),
    Date.now(),
  );
