import { defineResource } from '../../define.ts';
import { logEvent } from './log-event.ts';

/** System Log events. The key must not change: nodes and docs have used it from the start. */
export const log = defineResource({
  key: 'log',
  title: 'System Log',
  noun: 'event',
  job: 'events',
  scopes: ['okta.logs.read'],
  schema: logEvent,
  table: {
    path: '/api/v1/logs',
    pageSize: 1000,
    columns: () => [
      ...['uuid', 'published', 'eventType', 'severity', 'displayMessage', 'outcome.result', 'outcome.reason'],
      ...['actor.id', 'actor.type', 'actor.alternateId', 'actor.displayName', 'client.ipAddress', 'target'],
    ],
    further: [
      ...['version', 'legacyEventType', 'transaction', 'device', 'request', 'debugContext'],
      ...['authenticationContext', 'securityContext'],
    ],
  },
});
