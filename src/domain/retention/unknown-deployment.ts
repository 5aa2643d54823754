import type { DeploymentId } from '../model/ids.js';

/** What to say of an id that is not there: nothing is left that would tell the two cases apart. */
export const unknownDeployment = (id: DeploymentId): string =>
  `no deployment ${id}: there never was one, or it ended so long ago that retention let it go`;
