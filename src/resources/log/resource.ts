import { defineResource } from '../../define.ts';
import { logEvent } from './log-event.ts';

/** Events of the System Log. The key is the one that its nodes and docs have had from the start. */
export const log = defineResource({
  key: 'log',
  title: 'System Log',
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
