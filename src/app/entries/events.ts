/** `signalbox/events`: follow what happens. */
export { subscribe, type SubscribeOptions } from '../session/subscribe.js';
export { EventsTrimmed } from '../../events/read-events.js';
export type { DeploymentEvent, EventPosition } from '../../domain/ports/event-log.js';
