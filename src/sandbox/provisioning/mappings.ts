import type { Call, Endpoint } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { endpointsOf, plainView } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { UserType } from '../users/user-type.ts';

const path = '/api/v1/mappings';

/** Which attribute becomes which, between an app or an identity provider and each type of user. */
export const mappingKind = defineKind({
  path,
  param: 'mappingId',
  prefix: 'prm',
  type: 'ProfileMapping',
  scope: 'okta.profileMappings',
  serves: ['read', 'update'],
  list: {
    limit: [20, 200],
    select({ query }) {
      const [from, to] = [query.get('sourceId'), query.get('targetId')];
      return ({ body }) => (!from || idIn(body.source) === from) && (!to || idIn(body.target) === to);
    },
  },
  guard: addMissing,
  /** A property that is null is removed. */
  change(_, { properties, ...body }) {
    const kept = Object.entries(properties as Json).filter(([, property]) => property !== null);
    return { ...body, properties: Object.fromEntries(kept) };
  },
  /** The properties are left out of a list. */
  view(call, object) {
    const { created, lastUpdated, properties, _links, ...members } = plainView(call, mappingKind, object);
    const self = { href: `${call.origin}${path}/${object.id}` };
    return { ...members, ...(call.params.mappingId ? { properties } : {}), _links: { self } };
  },
  events: { update: 'application.provision.field_mapping_rule.change' },
});

/** The self link of a list does not have the filter; the next link does. */
export const mappingEndpoints: Endpoint[] = endpointsOf({ ...mappingKind, serves: ['list'] }).map(
  (endpoint) => ({
    ...endpoint,
    async handle(call) {
      const { links, ...answer } = await endpoint.handle(call);
      const limit = new URL(links?.self ?? '').searchParams.get('limit');
      return { ...answer, links: { ...links, self: `${call.origin}${path}?limit=${limit}` } };
    },
  }),
);

const idIn = (side: unknown) => (isObject(side) ? side.id : undefined);

/** Okta makes the mappings itself: with an app in both directions, with an identity provider in one. */
function addMissing(call: Call): void {
  const { org } = call;
  const known = new Set(
    [...org.objects.of(path)].flatMap(({ body }) => [idIn(body.source), idIn(body.target)]),
  );
  for (const app of org.apps.from()) {
    if (app.signOnMode === 'BOOKMARK' || known.has(app.id)) continue;
    for (const type of org.userTypes) {
      add(call, appSide(call, app), userSide(call, type), { login: 'source.userName' });
      add(call, userSide(call, type), appSide(call, app), {});
    }
  }
  for (const provider of org.objects.of('/api/v1/idps'))
    if (!known.has(provider.id))
      for (const type of org.userTypes)
        add(call, providerSide(call, provider), userSide(call, type), { login: 'source.userName' });
}

const names = ['firstName', 'lastName', 'email', 'mobilePhone'];
const same = Object.fromEntries(names.map((name) => [name, `source.${name}`]));

function add({ org }: Call, source: Json, target: Json, more: Record<string, string>): void {
  const expressions = Object.entries({ ...same, ...more });
  const properties = expressions.map(([name, expression]) => [name, { expression, pushStatus: 'DONT_PUSH' }]);
  const now = org.clock.seconds();
  const body = { source, target, properties: Object.fromEntries(properties) };
  org.objects.put({ id: org.ids.next('prm'), list: path, created: now, lastUpdated: now, body });
}

function appSide({ origin }: Call, { id, name }: { id: string; name: string }): Json {
  return {
    ...{ id, name, type: 'appuser' },
    _links: {
      self: { href: `${origin}/api/v1/apps/${id}` },
      schema: { href: `${origin}/api/v1/meta/schemas/apps/${id}/default` },
    },
  };
}

function providerSide(call: Call, { id, body }: StoredObject): Json {
  const name = body.type === 'SAML2' ? 'saml_idp' : `${body.type}_idp`.toLowerCase();
  return appSide(call, { id, name });
}

function userSide({ origin }: Call, { id, schemaId, name }: UserType): Json {
  return {
    ...{ id, name, type: 'user' },
    _links: {
      self: { href: `${origin}/api/v1/meta/types/user/${id}` },
      schema: { href: `${origin}/api/v1/meta/schemas/user/${schemaId}` },
    },
  };
}
