import type { SeenTarget } from '../../src/domain/ports/traffic-router.js';
import type { Place } from './place.js';

type Routed = Readonly<Place>;

/** Something runs there. */
export const isUp = ({ version, alive }: Routed): boolean => version !== null && alive;

/** Neither drained, closed nor held out. */
export const isIn = ({ drained, heldOut, closed }: Routed): boolean =>
  !drained && !heldOut && !closed;

/** What a router says of it: what is closed looks like maintenance, where there is such a thing, else drained. */
export const seenOf = (place: Routed, oneState = true): SeenTarget => {
  const { drained, share, closed } = place;
  const heldOut = place.heldOut || (oneState && closed);
  return { inRotation: !drained, share, up: isUp(place), heldOut };
};
