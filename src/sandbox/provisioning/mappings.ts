import type { App } from '../apps/app-store.ts';
import { notFound } from '../errors.ts';
import {
  type Answer,
  type Call,
  cursorOf,
  type Endpoint,
  objectBody,
  ok,
  page,
  pageSizeOf,
} from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { merged } from '../kinds/endpoints.ts';
import { record } from '../system-log/record.ts';
import type { UserType } from '../users/user-type.ts';

const path = '/api/v1/mappings';

/** Which attribute becomes which, between an app or an identity provider and each type of user. */
export const mappingEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.profileMappings.read', handle: list },
  { method: 'GET', path: `${path}/:mappingId`, scope: 'okta.profileMappings.read', handle: read },
  { method: 'POST', path: `${path}/:mappingId`, scope: 'okta.profileMappings.manage', handle: update },
];

interface Mapping {
  id: string;
  source: Json;
  target: Json;
}

/** The self link of a filtered list does not have the filter; the next link does. */
function list(call: Call): Answer {
  const { query } = call;
  const wanted = mappingsOf(call).filter(
    ({ source, target }) =>
      (!query.get('sourceId') || query.get('sourceId') === source.id) &&
      (!query.get('targetId') || query.get('targetId') === target.id),
  );
  const after = cursorOf(call, 'prm', () => false);
  const rest = wanted.filter(({ id }) => !after || id > after);
  const size = pageSizeOf(call, 20, 200);
  const { links, ...answer } = page(call, rest, size, {
    render: (mapping) => view(call, mapping),
    cursor: ({ id }) => id,
  });
  return { ...answer, links: { ...links, self: `${call.origin}${call.path}?limit=${size}` } };
}

function read(call: Call): Answer {
  const mapping = mappingById(call);
  return ok({ ...view(call, mapping), properties: propertiesOf(call, mapping) });
}

function update(call: Call): Answer {
  const mapping = mappingById(call);
  const { properties } = objectBody(call);
  const changed = merged(propertiesOf(call, mapping), isObject(properties) ? properties : {});
  const body = Object.fromEntries(Object.entries(changed).filter(([, property]) => property !== null));
  const now = call.org.clock.seconds();
  call.org.objects.put({ id: mapping.id, list: path, created: now, lastUpdated: now, body });
  record(call, 'application.provision.field_mapping_rule.change');
  return read(call);
}

function mappingById(call: Call): Mapping {
  const id = call.params.mappingId as string;
  const mapping = mappingsOf(call).find((one) => one.id === id);
  if (!mapping) throw notFound(id, 'ProfileMapping');
  return mapping;
}

/** Okta makes the mappings itself; their ids follow from the two sides. */
function mappingsOf(call: Call): Mapping[] {
  const { org } = call;
  const apps = [...org.apps.from()].filter(({ signOnMode }) => signOnMode !== 'BOOKMARK');
  const providers = [...org.objects.of('/api/v1/idps')].map(({ id, body }) => ({
    id,
    name: body.type === 'SAML2' ? 'saml_idp' : `${body.type}_idp`.toLowerCase(),
  }));
  const types = org.userTypes.map((type) => ({ type, side: userSide(call, type) }));
  return [
    ...apps.flatMap((app) =>
      types.flatMap(({ type, side }) => [
        { id: idOf(app.id, type, 'a'), source: appSide(call, app), target: side },
        { id: idOf(app.id, type, 'u'), source: side, target: appSide(call, app) },
      ]),
    ),
    ...providers.flatMap((provider) =>
      types.map(({ type, side }) => ({
        ...{ id: idOf(provider.id, type, 'a'), source: appSide(call, provider), target: side },
      })),
    ),
  ].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function idOf(id: string, type: UserType, from: 'a' | 'u'): string {
  return `prm${id.slice(-13, -4)}${from}${type.id.slice(-8, -4)}${id.slice(-3)}`;
}

function appSide({ origin }: Call, { id, name }: Pick<App, 'id' | 'name'>): Json {
  return {
    ...{ id, name, type: 'appuser' },
    _links: {
      self: { href: `${origin}/api/v1/apps/${id}` },
      schema: { href: `${origin}/api/v1/meta/schemas/apps/${id}/default` },
    },
  };
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

function view({ origin }: Call, { id, source, target }: Mapping): Json {
  return { id, source, target, _links: { self: { href: `${origin}${path}/${id}` } } };
}

function propertiesOf({ org }: Call, { id, source }: Mapping): Json {
  const names = ['firstName', 'lastName', 'email', 'mobilePhone'];
  const own = names.map((name) => [name, `source.${name}`]);
  const login = source.type === 'user' ? [] : [['login', 'source.userName']];
  const initial = [...own, ...login].map(([name, expression]) => [
    name,
    { expression, pushStatus: 'DONT_PUSH' },
  ]);
  return org.objects.get(path, id)?.body ?? Object.fromEntries(initial);
}
