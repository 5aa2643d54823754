import type { SeenTarget } from '../../src/domain/ports/traffic-router.js';
import type { Place } from './place.js';

type Routed = Readonly<Place>;

/** Something runs there. */
export const isUp = ({ version, alive }: Routed): boolean => version !== null && alive;

/** Neither drained nor held out. */
export const isIn = ({ drained, heldOut }: Routed): boolean => !drained && !heldOut;

/** What a router says of it. */
export const seenOf = (place: Routed): SeenTarget => {
  const { drained, share, heldOut } = place;
  return { inRotation: !drained, share, up: isUp(place), heldOut };
};
