import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { log } from '../../resources/log/resource.ts';
import { eventItem, eventItemSample } from '../sources/log/event-item.ts';
import { conditionFields, eventTypesField, searchFields } from '../sources/log/log-query.ts';
import { logSource } from '../sources/log/log-source.ts';
import { reconcile } from '../sources/log/reconcile.ts';
import { since } from '../sources/log/since.ts';

export const newEvent = defineTrigger({
  key: 'new_event',
  resource: log,
  title: 'New event',
  description:
    'Fires for each new event of the System Log that meets the conditions, late ones included, each once.',
  docsUrl: docsOf('SystemLog', 'listLogEvents'),
  scopes: ['okta.logs.read'],
  kind: 'polling',
  input: z.strictObject({
    eventTypes: eventTypesField.optional(),
    ...conditionFields,
    ...searchFields,
    since,
    reconcile,
  }),
  output: eventItem,
  source: logSource(),
  sample: {
    input: { eventTypes: ['group.user_membership.add'], outcome: 'SUCCESS' },
    output: eventItemSample,
  },
});
