import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { Attribute, Schema } from '../schemas/attribute.ts';
import { members, merge, schemaView } from '../schemas/schemas.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';

const path = '/api/v1/meta/schemas/apps/:appId/default';

/** The schema of the profiles that an app's users have in it. */
export const appSchemaEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.schemas.read', handle: read },
  { method: 'POST', path, scope: 'okta.schemas.manage', handle: update },
];

function read(call: Call): Answer {
  const app = appById(call);
  return ok(view(call, app, schemaOf(app)));
}

/** Merges the body into the schema: a custom attribute is added, changed or, by null, deleted; a base attribute is changed. */
function update(call: Call): Answer {
  const app = appById(call);
  const schema = schemaOf(app);
  const { definitions } = objectBody(call);
  if (!isObject(definitions)) throw invalid('definitions', 'definitions: The field cannot be left blank');
  const base = members(definitions.base);
  const known = Object.entries(base).filter(([name]) => Object.hasOwn(schema.base, name));
  Object.assign(schema, {
    custom: merge(schema.custom, definitions.custom),
    base: merge(schema.base, { properties: Object.fromEntries(known) }),
    lastUpdated: call.org.clock.seconds(),
  });
  record(call, 'directory.app_user_profile.update', { target: [appParty(app)] });
  return ok(view(call, app, schema));
}

function schemaOf(app: App): Schema {
  app.schema ??= {
    id: app.id,
    name: `${app.name}_${app.id.slice(-7).toLowerCase()}`,
    title: `${app.label} User`,
    ...{ created: app.created, lastUpdated: app.created, custom: {} },
    base: app.signOnMode === 'OPENID_CONNECT' ? claims() : { userName: attribute('Username') },
  };
  return app.schema;
}

// Unlike those of users, the attributes of an app say nothing of who may read them or where their value comes from.
function view(call: Call, { id }: App, schema: Schema): Json {
  const shown = (attributes: Record<string, Attribute>) =>
    Object.fromEntries(
      Object.entries(attributes).map(([name, { mutability, permissions, master, ...rest }]) => [name, rest]),
    ) as Record<string, Attribute>;
  const { custom, base } = schema;
  const visible = { ...schema, custom: shown(custom), base: shown(base) };
  const { description, ...document } = schemaView(call, visible, `apps/${id}/default`, '');
  return document;
}

const attribute = (title: string, rest: Partial<Attribute> = { required: true }): Attribute => ({
  ...{ title, type: 'string', scope: 'SELF' },
  ...rest,
});

/** The standard claims of OpenID Connect. */
function claims(): Record<string, Attribute> {
  const plain = Object.entries({
    nickname: 'Nickname',
    given_name: 'Given Name',
    middle_name: 'Middle Name',
    family_name: 'Family Name',
    email: 'Email',
    profile: 'Profile URL',
    picture: 'Picture URL',
    website: 'Website',
    gender: 'Gender',
    birthdate: 'Birthdate',
    zoneinfo: 'Time Zone',
    locale: 'Locale Name',
    phone_number: 'Phone Number',
  }).map(([name, title]) => [name, attribute(title, {})]);
  const address = Object.entries({
    street_address: 'Street Address',
    locality: 'Locality',
    region: 'Region',
    postal_code: 'Postal Code',
    country: 'Country',
    formatted: 'Formatted',
  }).map(([name, title]) => [name, attribute(title, { externalName: `address.${name}` })]);
  return {
    userName: attribute('Username', { required: true, externalName: 'preferred_username' }),
    name: attribute('Name'),
    ...Object.fromEntries([...plain, ...address]),
  };
}
