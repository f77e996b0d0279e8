import { invalid } from '../errors.ts';
import type { Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';

/** Web origins that may call the org's API, or be redirected to. */
export const trustedOrigins = defineKind({
  ...{ path: '/api/v1/trustedOrigins', param: 'trustedOriginId', prefix: 'tos', type: 'TrustedOrigin' },
  ...{ scope: 'okta.trustedOrigins', list: { limit: [20, 200] } },
  make({ principal: { userId } }, body) {
    return { status: 'ACTIVE', ...checked(body), createdBy: userId, lastUpdatedBy: userId };
  },
  change: ({ principal: { userId } }, body, { body: { createdBy, status } }) => ({
    ...{ status, ...checked(body), createdBy, lastUpdatedBy: userId },
  }),
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'security.trusted_origin.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'security.trusted_origin.deactivate' },
  },
  events: {
    create: 'security.trusted_origin.create',
    update: 'security.trusted_origin.update',
    delete: 'security.trusted_origin.delete',
  },
});

function checked(body: Json): Json {
  for (const name of ['name', 'origin', 'scopes'])
    if (!body[name]) throw invalid(name, `${name}: The field cannot be left blank`);
  return body;
}
