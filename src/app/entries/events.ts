/** `signalbox/events`: follow what happens. */
export { type EventFormat, subscribe, type SubscribeOptions } from '../session/subscribe.js';
export type { CloudEvent } from '../../contracts/events/cloud-event.schema.js';
export { EventsRestarted, EventsTrimmed } from '../../events/position-gap.js';
export type { DeploymentEvent, EventPosition } from '../../domain/ports/event-log.js';
