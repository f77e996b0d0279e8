import { iso } from '../clock.ts';
import { invalid } from '../errors.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';

const platforms = ['ANDROID', 'CHROMEOS', 'IOS', 'MACOS', 'WINDOWS'];

function checked(body: Json): Json {
  if (typeof body.name !== 'string' || body.name === '') throw invalid('name', 'name: is required');
  if (!platforms.includes(String(body.platform)))
    throw invalid('platform', `platform: one of ${platforms.join(', ')} is expected`);
  return body;
}

/** What a device must be like to satisfy a policy. */
export const deviceAssuranceKind = defineKind({
  path: '/api/v1/device-assurances',
  param: 'deviceAssuranceId',
  prefix: 'dae',
  type: 'DeviceAssurancePolicy',
  scope: 'okta.deviceAssurance',
  make: ({ principal }, body) => ({
    ...{ displayRemediationMode: 'HIDE', ...checked(body) },
    ...{ createdBy: principal.userId, lastUpdatedBy: principal.userId },
  }),
  change: ({ principal }, body, known) => ({
    ...{ displayRemediationMode: 'HIDE', ...checked(body) },
    ...{ createdBy: known.body.createdBy, lastUpdatedBy: principal.userId },
  }),
  view(call, policy) {
    const { created, lastUpdated, createdBy, ...members } = plainView(call, deviceAssuranceKind, policy);
    return {
      ...members,
      // The answer to a replacement does not say when and by whom it was created.
      ...(call.method === 'PUT' ? {} : { createdDate: created, createdBy }),
      lastUpdate: iso(policy.lastUpdated),
      resourceType: 'DeviceAssurancePolicyEntity',
      resourceId: policy.id,
      resourceDisplayName: { value: policy.body.name, sensitive: false },
    };
  },
  events: {
    create: 'device.assurance.policy.add',
    update: 'device.assurance.policy.update',
    delete: 'device.assurance.policy.delete',
  },
});
