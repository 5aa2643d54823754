import type { Narrowing } from '../../model/plan/deployment-plan.js';

export const counted = (targets: number): string =>
  `${targets} ${targets === 1 ? 'target' : 'targets'}`;

/** `step 3 puts all traffic on 1 target, which 3 targets have before`, a sentence part */
export const narrowingWords = ({ step, from, to }: Narrowing): string =>
  `step ${step + 1} puts all traffic on ${counted(to)}, which ${counted(from)} have before`;
