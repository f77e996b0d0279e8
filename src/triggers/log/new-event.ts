import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { log } from '../../resources/log/resource.ts';
import { eventItem, eventItemSample } from '../sources/log/event-item.ts';
import { conditionFields, eventTypesField, searchFields } from '../sources/log/log-query.ts';
import { logSource } from '../sources/log/log-source.ts';
import { reconcile } from '../sources/log/reconcile.ts';
import { redactField } from '../sources/log/redact-event.ts';
import { since } from '../sources/log/since.ts';

export const newEvent = defineTrigger({
  key: 'new_event',
  resource: log,
  title: 'New event',
  description:
    'Fires once for each new System Log event that meets the conditions, including events that Okta logs late.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: ['okta.logs.read'],
  kind: 'polling',
  input: z.strictObject({
    eventTypes: eventTypesField.optional(),
    ...conditionFields,
    ...searchFields,
    since,
    redact: redactField,
    reconcile,
  }),
  output: eventItem,
  source: logSource(),
  sample: {
    input: { eventTypes: ['group.user_membership.add'], outcome: 'SUCCESS' },
    output: eventItemSample,
  },
});
