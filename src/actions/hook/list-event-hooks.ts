import { z } from 'zod';
import { defineAction } from '../../define.ts';
import { needsOf } from '../../resources/answers.ts';
import { docsOf } from '../../resources/docs.ts';
import { eventHook, eventHookSchema } from '../../resources/event-hook/resource.ts';
import { withoutHeaderValues } from '../../resources/hook-channel.ts';
import { limit } from '../../schema/fields.ts';

export const listEventHooks = defineAction({
  key: 'list_event_hooks',
  resource: eventHook,
  title: 'List event hooks',
  description:
    'Lists the event hooks of the org, with their events and addresses. The values of their headers are left out, because they are often secrets.',
  docsUrl: docsOf('EventHook', 'listEventHooks'),
  scopes: ['okta.eventHooks.read'],
  effect: { kind: 'read', idempotent: true, destructive: false },
  input: z.strictObject({ limit }),
  output: z.array(eventHookSchema),
  calls: ['GET /api/v1/eventHooks'],
  async *stream(context, { limit }) {
    const answer = needsOf(eventHookSchema);
    const hooks = context.list({ method: 'GET', path: '/api/v1/eventHooks', answer }, limit);
    for await (const hook of hooks) yield withoutHeaderValues(hook);
  },
  sample: {
    input: {},
    output: [
      {
        ...{ id: 'who1abcdefghijklmnop', name: 'Leavers to the HR flow', status: 'ACTIVE' },
        verificationStatus: 'VERIFIED',
        events: { type: 'EVENT_TYPE', items: ['user.lifecycle.deactivate'] },
        channel: {
          type: 'HTTP',
          version: '1.0.0',
          config: { uri: 'https://hooks.acme.test/in', method: 'POST' },
        },
      },
    ],
  },
});
