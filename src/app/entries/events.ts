/** `signalbox/events`: follow what happens. */
export { subscribe, type SubscribeOptions } from '../session/subscribe.js';
export { EventsRestarted, EventsTrimmed } from '../../events/position-gap.js';
export type { DeploymentEvent, EventPosition } from '../../domain/ports/event-log.js';
