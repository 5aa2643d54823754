import { ANYTHING, isHeldOut, runs, sure, type TargetStatus } from './target-status.js';

const hasShare = (weight: number | null): boolean => weight === null || weight > 0;

/** It surely runs something, and nothing speaks against that. */
export function isWell({ version, bad }: TargetStatus): boolean {
  const one = sure(version);
  return one !== undefined && one !== null && one !== bad;
}

/** Something of what it may run may serve: also what was found bad, where a check just now can't say. */
const maybeWell = ({ version, bad, seen }: TargetStatus): boolean =>
  version.some((one) => one !== null && (one === ANYTHING || one !== bad || seen?.up === null));

/** Nobody holds it out at any place, and whoever was asked saw it up. */
export const isSeenUp = ({ seen, heldOut }: TargetStatus): boolean =>
  heldOut === null && (seen === undefined || seen.up === true);

/** Somebody holds it out everywhere, or it was seen down. */
export const isSeenDown = (status: TargetStatus): boolean =>
  isHeldOut(status) || status.seen?.up === false;

/** It is in rotation, or would be if nobody else held it out. */
export const isOfferedTraffic = (status: TargetStatus): boolean =>
  isHeldOut(status) || sure(status.inRotation) === true;

/**
 * It serves, whatever is not looked at: by what was asked for and confirmed alone. What left the
 * configuration is counted on by nobody.
 */
export const shouldServe = (status: TargetStatus): boolean =>
  status.left !== true &&
  isWell(status) &&
  isOfferedTraffic(status) &&
  status.weight.every(hasShare);

/** In rotation, it would serve. */
export const wouldServe = (status: TargetStatus): boolean =>
  isSeenUp(status) && isWell(status) && status.weight.every(hasShare);

/** It serves whatever of what is not known should be so, and was just seen to. */
export const surelyServes = (status: TargetStatus): boolean =>
  isSeenUp(status) && shouldServe(status);

/** It serves if something of what is not known should be so: taking it out may cost. */
export const mayServe = (status: TargetStatus): boolean =>
  !isSeenDown(status) &&
  maybeWell(status) &&
  status.inRotation.includes(true) &&
  status.weight.some(hasShare);

/** Whether it surely runs this version, and no check found that bad. */
export const runsWell = (status: TargetStatus, version: string | null): boolean =>
  runs(status) === version && (version === null || status.bad !== version);

/** The words that a service's statuses are counted by. */
export function servingWords(status: TargetStatus): readonly string[] {
  const words = surelyServes(status) ? ['serves'] : [];
  if (status.call !== null) words.push('called');
  return words;
}
