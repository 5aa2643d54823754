const OTHER = 'b';

/** What a place is called after it was given another name. */
export const otherName = (place: string): string => `${place}${OTHER}`;

/** The place of a target, under whichever of its names. */
export const placeOf = (target: string): string =>
  target.endsWith(OTHER) ? target.slice(0, -OTHER.length) : target;
