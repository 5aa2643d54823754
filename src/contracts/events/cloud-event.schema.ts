import { z } from 'zod';
import { serviceKey } from '../../domain/model/ids.js';
import type { DeploymentEvent } from '../../domain/ports/event-log.js';
import { DeploymentEventSchema } from './deployment-event.schema.js';

/** What `data` is: docs/reference/deployment-event.schema.json. */
const DATA_SCHEMA = 'https://signalbox.dev/schemas/1/deployment-event.schema.json';

/** A deployment's event in the envelope of CloudEvents 1.0, structured JSON (`application/cloudevents+json`). */
export const CloudEventSchema = z.strictObject({
  specversion: z.literal('1.0'),
  id: z.string().min(1).describe('Place in the one order of all events; go on behind it.'),
  source: z.string().min(1).describe('`/signalbox/<namespace>`'),
  type: z
    .string()
    .regex(/^dev\.signalbox\./)
    .describe('`dev.signalbox.deployment.completed`'),
  subject: z.string().min(1).describe('`<environment>/<service>`'),
  time: z.iso.datetime(),
  datacontenttype: z.literal('application/json'),
  dataschema: z.literal(DATA_SCHEMA),
  data: DeploymentEventSchema,
});

/** `data` is the event in its plain form. */
export interface CloudEvent extends Omit<z.output<typeof CloudEventSchema>, 'data'> {
  readonly data: DeploymentEvent;
}

export const cloudEvent = (event: DeploymentEvent, namespace: string): CloudEvent => ({
  specversion: '1.0',
  id: event.id,
  source: `/signalbox/${encodeURIComponent(namespace)}`,
  type: `dev.signalbox.${event.type}`,
  subject: serviceKey(event),
  time: event.time,
  datacontenttype: 'application/json',
  dataschema: DATA_SCHEMA,
  data: event,
});
