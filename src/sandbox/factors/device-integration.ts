import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

/** Other programs on devices that tell Okta what they know about them. */
export const deviceIntegrationKind = defineKind({
  path: '/api/v1/device-integrations',
  param: 'deviceIntegrationId',
  prefix: 'dei',
  type: 'DeviceIntegration',
  scope: 'okta.deviceIntegrations',
  serves: ['list', 'read'],
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object' },
    deactivate: { status: 'DEACTIVATED', answers: 'object' },
  },
  view(call, integration) {
    const { created, lastUpdated, ...members } = plainView(call, deviceIntegrationKind, integration);
    return members;
  },
});
