import type { Narrowing } from '../../model/plan/deployment-plan.js';

export const counted = (targets: number): string =>
  `${targets} ${targets === 1 ? 'target' : 'targets'}`;

/** Where targets differ in size, a number of them says little. */
export const capacityWords = (capacity: number): string =>
  `a capacity of ${Number(capacity.toFixed(3))}`;

/** `step 3 puts all traffic on 1 target, which 3 targets have before`, a sentence part */
export const narrowingWords = ({ step, from, to, part }: Narrowing): string => {
  const size = part === undefined ? '' : `, with ${percentOf(part)}% of their capacity`;
  const before = `which ${counted(from)} ${from === 1 ? 'has' : 'have'} before`;
  return `step ${step + 1} puts all traffic on ${counted(to)}, ${before}${size}`;
};

const percentOf = (part: number): number => Number((100 * part).toFixed(1));
