import { iso } from '../clock.ts';
import { invalid } from '../errors.ts';
import type { Call } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';

const path = '/api/v1/push-providers';

/** The services that carry the notifications of custom apps to phones. */
export const pushProviderKind = defineKind({
  path,
  param: 'pushProviderId',
  prefix: 'ppc',
  type: 'PushProvider',
  scope: 'okta.pushProviders',
  list: { select: ({ query }) => ofType(query.get('type')) },
  make,
  view,
});

function ofType(type: string | null): (provider: StoredObject) => boolean {
  return ({ body }) => type === null || body.providerType === type;
}

function make(_call: Call, body: Json): Json {
  if (typeof body.name !== 'string' || body.name === '')
    throw invalid('name', 'name: The field cannot be left blank');
  if (body.providerType !== 'APNS' && body.providerType !== 'FCM')
    throw invalid('providerType', 'providerType: APNS or FCM is expected');
  return body;
}

/** Never with the key of the service. */
function view({ origin }: Call, { id, body, lastUpdated }: StoredObject): Json {
  const { name, providerType, configuration } = body;
  const { tokenSigningKey: _, serviceAccountJson, ...shown } = isObject(configuration) ? configuration : {};
  const account = isObject(serviceAccountJson) ? { projectId: serviceAccountJson.project_id } : {};
  return {
    id,
    name,
    providerType,
    lastUpdatedDate: iso(lastUpdated),
    configuration: { ...shown, ...account },
    _links: { self: { href: `${origin}${path}/${id}`, hints: { allow: ['DELETE', 'GET', 'PUT'] } } },
  };
}
