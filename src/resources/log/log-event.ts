import { z } from 'zod';
import { field } from '../../schema/fields.ts';
import { contextSchema } from '../event-type/event-schema.ts';

const party = z
  .looseObject({
    id: z.string().nullish(),
    type: z.string().nullish(),
    alternateId: z.string().nullish(),
    displayName: z.string().nullish(),
  })
  .nullish();

/**
 * A System Log event as Okta returns it. Most members can be null: system jobs have no client, many events no target.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/SystemLog/
 */
export const logEvent = z.looseObject({
  uuid: field(
    z.string(),
    'Event ID',
    'Unique and stable id of the event.',
    '5b1f2c3d-0000-11f1-8000-000000000001',
  ),
  published: field(z.string(), 'Published', 'When it happened, ISO 8601 in UTC.', '2026-02-03T10:11:12.345Z'),
  eventType: field(
    z.string(),
    'Event type',
    'What happened; Okta adds event types monthly.',
    'user.session.start',
  ),
  severity: field(z.string().nullish(), 'Severity', 'DEBUG, INFO, WARN or ERROR.', 'INFO'),
  displayMessage: field(z.string().nullish(), 'Message', 'Short text for people.', 'User login to Okta'),
  actor: field(party, 'Actor', 'Who did it.', {
    id: '00u1abcdefghijklmnop',
    type: 'User',
    alternateId: 'ana.ruiz@acme.test',
    displayName: 'Ana Ruiz',
  }),
  client: field(
    z.looseObject({ ipAddress: z.string().nullish() }).nullish(),
    'Client',
    'Where the request came from.',
    { ipAddress: '203.0.113.9' },
  ),
  outcome: field(
    z.looseObject({ result: z.string().nullish(), reason: z.string().nullish() }).nullish(),
    'Outcome',
    'SUCCESS, FAILURE and others, with the reason.',
    {
      result: 'SUCCESS',
      reason: null,
    },
  ),
  target: field(
    z.array(party).nullish(),
    'Targets',
    'The affected objects; find entries by type, their order varies.',
    [
      {
        id: '00u1abcdefghijklmnop',
        type: 'User',
        alternateId: 'ana.ruiz@acme.test',
        displayName: 'Ana Ruiz',
      },
    ],
  ),
  debugContext: field(
    // Okta promises no shape, and an event of another shape is delivered as well.
    z
      .unknown()
      .optional()
      .meta({ ...contextSchema() }),
    'Context',
    'What Okta tells beyond that; the members depend on the event type.',
    { debugData: { requestUri: '/api/v1/authn' } },
  ),
});

/** An event with invented data, for samples. */
export const logEventSample = {
  uuid: '5b1f2c3d-0000-11f1-8000-000000000001',
  published: '2026-02-03T10:11:12.345Z',
  eventType: 'user.session.start',
  version: '0',
  severity: 'INFO',
  displayMessage: 'User login to Okta',
  actor: {
    id: '00u1abcdefghijklmnop',
    type: 'User',
    alternateId: 'ana.ruiz@acme.test',
    displayName: 'Ana Ruiz',
  },
  client: { ipAddress: '203.0.113.9', zone: 'OFF_NETWORK', device: 'Computer' },
  outcome: { result: 'SUCCESS', reason: null },
  target: [
    { id: '00u1abcdefghijklmnop', type: 'User', alternateId: 'ana.ruiz@acme.test', displayName: 'Ana Ruiz' },
  ],
  transaction: { type: 'WEB', id: 'abc', detail: {} },
  debugContext: { debugData: { requestId: 'abc', requestUri: '/api/v1/authn' } },
};

/** A System Log event. */
export type LogEvent = z.output<typeof logEvent>;
