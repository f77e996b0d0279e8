import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { log } from '../../resources/log/resource.ts';
import { field } from '../../schema/fields.ts';
import { eventItem, eventItemSample } from '../sources/log/event-item.ts';
import { conditionFields, eventTypesField, searchFields } from '../sources/log/log-query.ts';
import { redactField } from '../sources/log/redact-event.ts';
import { searchSource } from '../sources/log/search-source.ts';

export const searchEvents = defineTrigger({
  key: 'search_events',
  resource: log,
  title: 'Search events',
  description:
    'Searches the System Log on a schedule and delivers all events found as one list; consecutive windows have no gap and no overlap.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: ['okta.logs.read'],
  kind: 'schedule',
  input: z.strictObject({
    eventTypes: eventTypesField.optional(),
    ...conditionFields,
    ...searchFields,
    redact: redactField,
    lastMinutes: field(
      z
        .int()
        .min(1)
        .max(90 * 24 * 60)
        .default(60),
      'Last minutes',
      'Length of the first window; each later window begins where the previous one ended.',
      1_440,
    ),
    settleSeconds: field(
      z.int().min(0).max(3_600).default(60),
      'Wait for late events (seconds)',
      'End the window this long before now, so that it includes events that Okta logs late.',
      60,
    ),
  }),
  output: z.looseObject({
    id: field(
      z.string(),
      'ID',
      'The window; unique to this run.',
      '2026-02-03T10:00:00.000Z/2026-02-03T11:00:00.000Z',
    ),
    since: field(z.string(), 'Since', 'Start of the window, inclusive.', '2026-02-03T10:00:00.000Z'),
    until: field(z.string(), 'Until', 'End of the window, exclusive.', '2026-02-03T11:00:00.000Z'),
    count: field(z.int(), 'Count', 'Number of events found.', 1),
    events: field(z.array(eventItem), 'Events', 'The events found, oldest first.', [eventItemSample]),
  }),
  source: searchSource,
  sample: {
    input: { eventTypes: ['user.session.start'], outcome: 'FAILURE', lastMinutes: 1_440 },
    output: {
      id: '2026-02-03T10:00:00.000Z/2026-02-03T11:00:00.000Z',
      since: '2026-02-03T10:00:00.000Z',
      until: '2026-02-03T11:00:00.000Z',
      count: 1,
      events: [eventItemSample],
    },
  },
});
