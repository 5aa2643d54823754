import type { EventView } from '../../contracts/views/deployment-view.js';
import { fieldOf } from '../text/event-field.js';

type Told = Pick<EventView, 'type' | 'data'>;

/** A target's own lines, which leave rotation before them and come back after. */
const CALLS: ReadonlySet<string> = new Set([
  'deployment.target_started',
  'deployment.target_restoring',
  'deployment.target_retiring',
]);

/**
 * What a timeline tells of events that come in order. Left out is the way out of rotation before a
 * call and back after it: the call's own lines say as much. Told is what they don't say: requests
 * still open when a target left, and a target that comes back without a call of this deployment.
 * `events`, JSON and the API have every one.
 */
export function timelineFilter(): (event: Told) => boolean {
  const called = new Set<unknown>();
  return ({ type, data }) => {
    const { target } = data;
    if (CALLS.has(type)) called.add(target);
    switch (type) {
      case 'deployment.target_draining':
      case 'deployment.target_closing':
      case 'deployment.target_admitting':
        return false;
      case 'deployment.target_drained':
        return fieldOf(data['evidence'], 'ended') === false;
      case 'deployment.target_admitted':
        return !called.has(target);
      default:
        return true;
    }
  };
}
