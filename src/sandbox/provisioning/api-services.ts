import { invalid } from '../errors.ts';
import type { Json } from '../json.ts';
import { plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { randomSecret } from '../random.ts';

/** Service apps of the integration network that may call the org. */
export const apiServiceKind = defineKind({
  path: '/integrations/api/v1/api-services',
  param: 'apiServiceId',
  prefix: '0oa',
  type: 'ApiServiceIntegration',
  scope: 'okta.oauthIntegrations',
  serves: ['list', 'read', 'create', 'delete'],
  created: 201,
  make({ principal, origin }, { type, grantedScopes, properties = {} }) {
    if (typeof type !== 'string' || !Array.isArray(grantedScopes))
      throw invalid('apiService', 'type, grantedScopes: The fields cannot be left blank');
    const name = type.slice(0, 1).toUpperCase() + type.slice(1).replace(/apiservice$/, '');
    const configGuideUrl = `${origin}/help/${type}`;
    return { type, name, createdBy: principal.actor.id, configGuideUrl, grantedScopes, properties };
  },
  /** The secret of its client is shown once. */
  view(call, object) {
    const { created, lastUpdated, _links, ...members } = plainView(call, apiServiceKind, object);
    const { origin, method } = call;
    return {
      ...members,
      createdAt: created,
      ...(method === 'POST' ? { clientSecret: randomSecret(48) } : {}),
      _links: {
        ...(_links as Json),
        client: { href: `${origin}/oauth2/v1/clients/${object.id}`, hints: { allow: ['GET'] } },
        logo: { name: 'medium', href: `${origin}/logo/${object.body.type}.png` },
      },
    };
  },
  events: {
    create: 'integration.api_service.lifecycle.authorize',
    delete: 'integration.api_service.lifecycle.revoke',
  },
});
