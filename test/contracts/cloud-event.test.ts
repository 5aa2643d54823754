import { describe, expect, test } from 'vitest';
import { CloudEventSchema, cloudEvent } from '../../src/contracts/events/cloud-event.schema.js';
import { DeploymentEventSchema } from '../../src/contracts/events/deployment-event.schema.js';
import type { DeploymentEvent } from '../../src/domain/ports/event-log.js';
import { anId, API, v } from '../support/fixtures.js';

const event: DeploymentEvent = {
  ...{ ...API, id: '42-0', sequence: 15, type: 'deployment.completed' },
  ...{ time: '2026-03-08T07:00:00.000Z', deploymentId: anId(), version: v('1.4.2') },
  ...{ state: 'completed', actor: 'worker-1', data: { targets: ['web-1'] } },
};

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md and formats/json-format.md. */
function brokenRules(told: Readonly<Record<string, unknown>>): readonly string[] {
  const text = (name: string): string => (typeof told[name] === 'string' ? told[name] : '');
  const rules: Readonly<Record<string, boolean>> = {
    'id is a non-empty string': text('id') !== '',
    'source is a non-empty URI reference':
      text('source') !== '' && URL.canParse(text('source'), 'https://example.com/'),
    'specversion is 1.0': told['specversion'] === '1.0',
    'type is a non-empty string': text('type') !== '',
    'datacontenttype is an RFC 2046 media type': /^[\w.+-]+\/[\w.+-]+$/.test(
      text('datacontenttype'),
    ),
    'dataschema is an absolute URI': URL.canParse(text('dataschema')),
    'subject is a non-empty string': text('subject') !== '',
    'time is an RFC 3339 timestamp':
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text('time')) &&
      !Number.isNaN(Date.parse(text('time'))),
    'names of attributes are lower-case letters and digits, at most 20': Object.keys(told).every(
      (name) => name === 'data_base64' || /^[a-z0-9]{1,20}$/.test(name),
    ),
    'attributes are strings, booleans or integers, and none is null': Object.entries(told).every(
      ([name, value]) =>
        name === 'data' ||
        typeof value === 'string' ||
        typeof value === 'boolean' ||
        Number.isInteger(value),
    ),
    'there is data or data_base64, not both': !('data' in told && 'data_base64' in told),
  };
  return Object.entries(rules).flatMap(([rule, holds]) => (holds ? [] : [rule]));
}

describe('an event in the envelope of CloudEvents', () => {
  const told = cloudEvent(event, 'signalbox');

  test('says what happened to what, and carries the plain event', () => {
    expect(told).toEqual({
      specversion: '1.0',
      id: '42-0',
      source: '/signalbox/signalbox',
      type: 'dev.signalbox.deployment.completed',
      subject: 'production/api',
      time: '2026-03-08T07:00:00.000Z',
      datacontenttype: 'application/json',
      dataschema: 'https://signalbox.dev/schemas/1/deployment-event.schema.json',
      data: event,
    });
  });

  test('keeps the rules of CloudEvents 1.0, after JSON too', () => {
    expect(brokenRules(JSON.parse(JSON.stringify(told)))).toEqual([]);
    expect(
      brokenRules({ ...told, time: '8 March 2026', deployment_id: 'x', subject: null }),
    ).toEqual([
      'subject is a non-empty string',
      'time is an RFC 3339 timestamp',
      'names of attributes are lower-case letters and digits, at most 20',
      'attributes are strings, booleans or integers, and none is null',
    ]);
  });

  test('is as its schema says, and its data as the schema of the plain form', () => {
    expect(CloudEventSchema.parse(told)).toEqual(told);
    expect(DeploymentEventSchema.parse(told.data)).toEqual(event);
    expect(CloudEventSchema.safeParse({ ...told, specversion: '0.3' }).success).toBe(false);
  });
});
