/** When something is to be, as well as that can be known: no earlier than `from`, no later than `to` (epoch milliseconds). */
export interface Moment {
  readonly from: number;
  readonly to: number;
}

export const exactly = (ms: number): Moment => ({ from: ms, to: ms });

export const later = ({ from, to }: Moment, ms: number): Moment => ({
  from: from + ms,
  to: to + ms,
});

export const within = (ms: number, { from, to }: Moment): boolean => from <= ms && ms <= to;
