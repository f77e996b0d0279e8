import { invalid } from '../errors.ts';
import { isObject } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Who may tell Okta about risks (Shared Signals). */
export const securityEventsProviderKind = defineKind({
  path: '/api/v1/security-events-providers',
  param: 'securityEventProviderId',
  prefix: 'sse',
  type: 'SecurityEventsProvider',
  scope: 'okta.securityEventsProviders',
  make(_, { name, type, settings }) {
    if (typeof name !== 'string' || typeof type !== 'string' || !isObject(settings))
      throw invalid('securityEventsProvider', 'name, type, settings: The fields cannot be left blank');
    return { name, type, status: 'ACTIVE', settings };
  },
  view(call, object) {
    const { created, lastUpdated, ...members } = plainView(call, securityEventsProviderKind, object);
    return members;
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'security.events.provider.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'security.events.provider.deactivate' },
  },
  events: {
    create: 'security.events.provider.create',
    update: 'security.events.provider.update',
    delete: 'security.events.provider.delete',
  },
});
