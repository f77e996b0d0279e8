import { z } from 'zod';
import { defineTrigger } from '../../define.ts';
import { docsOf } from '../../resources/docs.ts';
import { log } from '../../resources/log/resource.ts';
import { HOOK_SCOPES } from '../sources/hook/event-hook.ts';
import { eventItem, eventItemSample } from '../sources/log/event-item.ts';
import { conditionFields, eventTypesField } from '../sources/log/log-query.ts';
import { logSource } from '../sources/log/log-source.ts';
import { reconcile } from '../sources/log/reconcile.ts';
import { redactField } from '../sources/log/redact-event.ts';

export const newEventInstant = defineTrigger({
  key: 'new_event_instant',
  resource: log,
  title: 'New event (instant)',
  description:
    'Fires when Okta calls about an event, through an event hook: usually within seconds, which Okta does not promise. What a hook missed is only in the System Log, where "New event" finds it.',
  docsUrl: docsOf('EventHook', 'createEventHook'),
  scopes: [...HOOK_SCOPES, 'okta.logs.read'],
  kind: 'webhook',
  input: z.strictObject({
    eventTypes: eventTypesField.refine((types) => types.length > 0, 'name at least one event type'),
    ...conditionFields,
    redact: redactField,
    reconcile,
  }),
  output: eventItem,
  source: logSource(),
  sample: { input: { eventTypes: ['user.lifecycle.create'], reconcile: true }, output: eventItemSample },
});
