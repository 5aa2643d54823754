import type { EventView } from '../../contracts/views/deployment-view.js';
import { drainingText } from '../text/drain-text.js';

interface Seen {
  readonly data: EventView['data'];
  /** Epoch milliseconds. */
  readonly at: number;
}

const GOES_ON: ReadonlySet<string> = new Set([
  'deployment.target_draining',
  'deployment.drain_seen',
]);
const IS_OVER: ReadonlySet<string> = new Set([
  'deployment.target_drained',
  'deployment.target_started',
  'deployment.target_failed',
  'deployment.target_admitting',
]);

/** The drains that go on just now, by the events of a deployment that is followed. */
export class DrainsSeen {
  readonly #going = new Map<unknown, Seen>();

  take({ type, data, time }: EventView): void {
    if (GOES_ON.has(type)) this.#going.set(data['target'], { data, at: Date.parse(time) });
    if (IS_OVER.has(type)) this.#going.delete(data['target']);
  }

  /** `draining web-1: 3 requests left, at most 24 s more` of each. @param now epoch milliseconds */
  words(now: number): readonly string[] {
    return [...this.#going.values()].map(({ data, at }) => {
      const { withinMs } = data;
      return drainingText(
        typeof withinMs === 'number' ? { ...data, withinMs: at + withinMs - now } : data,
      );
    });
  }
}
