import type { Forecast } from '../../domain/model/plan/deployment-plan.js';

/** `2 of 3 go on serving`, or `4 of the capacity of 5 goes on serving` where targets differ in size. */
export const servingText = ({ lowestCapacity, targets, capacity }: Forecast): string =>
  capacity === undefined
    ? `${lowestCapacity} of ${targets} go on serving`
    : `${figure(lowestCapacity)} of the capacity of ${figure(capacity)} goes on serving`;

const figure = (capacity: number): number => Number(capacity.toFixed(3));
