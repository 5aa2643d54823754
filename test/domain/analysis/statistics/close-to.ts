import { expect } from 'vitest';

/** Within a share of the figure, as far as two independent computations in doubles agree. */
export function expectClose(actual: number, figure: number, share = 1e-11): void {
  expect(Math.abs(actual - figure), `${actual} beside ${figure}`).toBeLessThanOrEqual(
    share * Math.abs(figure) + 1e-14,
  );
}
