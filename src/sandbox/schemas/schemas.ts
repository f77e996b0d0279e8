import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { Org } from '../org.ts';
import { userTypeParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { UserType } from '../users/user-type.ts';
import type { Attribute, Schema } from './attribute.ts';

const maximumUnique = 5;
const types = new Set(['string', 'boolean', 'integer', 'number', 'array']);

export const schemaEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/meta/schemas/user/:id', scope: 'okta.schemas.read', handle: getUserSchema },
  {
    method: 'POST',
    path: '/api/v1/meta/schemas/user/:id',
    scope: 'okta.schemas.manage',
    handle: updateUserSchema,
  },
  {
    method: 'GET',
    path: '/api/v1/meta/schemas/group/default',
    scope: 'okta.schemas.read',
    handle: getGroupSchema,
  },
  {
    method: 'POST',
    path: '/api/v1/meta/schemas/group/default',
    scope: 'okta.schemas.manage',
    handle: updateGroupSchema,
  },
];

function getUserSchema(call: Call): Answer {
  return ok(userSchemaView(call, schemaById(call)));
}

function getGroupSchema(call: Call): Answer {
  const self = { rel: 'self', href: `${call.origin}/api/v1/meta/schemas/group/default`, method: 'GET' };
  const schema = call.org.groupSchema as Schema;
  return ok({
    ...schemaView(call, schema, 'group/default', 'Okta group profile template'),
    _links: { self },
  });
}

function updateUserSchema(call: Call): Answer {
  const schema = schemaById(call);
  update(call, schema);
  record(call, 'directory.user_profile.update', { target: [userTypeParty(typeOf(call, schema))] });
  return ok(userSchemaView(call, schema));
}

function updateGroupSchema(call: Call): Answer {
  update(call, call.org.groupSchema as Schema);
  return getGroupSchema(call);
}

/** Merges the body into the schema: an attribute is added or changed, null deletes it. */
function update(call: Call, schema: Schema): void {
  const { org } = call;
  const definitions = objectBody(call).definitions;
  if (!isObject(definitions)) throw invalid('definitions', 'definitions: The field cannot be left blank');
  const current = attributesToChange(org, schema);
  const custom = merge(current.custom, definitions.custom);
  const unique = Object.values(custom).filter((attribute) => attribute.unique).length;
  if (unique > maximumUnique)
    throw invalid('unique', `unique: at most ${maximumUnique} attributes can be unique`);
  const base = { ...current.base };
  for (const [name, attribute] of Object.entries(current.base)) {
    const change = members(definitions.base)[name];
    if (isObject(change)) base[name] = { ...attribute, ...change } as Attribute;
  }
  org.schemaUpdates.set(schema.id, { before: current, at: org.clock.now() });
  Object.assign(schema, { base, custom, lastUpdated: org.clock.seconds() });
}

/**
 * The attributes that an update starts from. Two updates in quick succession can start from the same ones, so that the earlier
 * update is lost: Okta does this within a second, the sandbox within `schemaUpdateLossMs`.
 */
function attributesToChange(org: Org, schema: Schema): Pick<Schema, 'base' | 'custom'> {
  const latest = org.schemaUpdates.get(schema.id);
  const lost = latest && org.clock.now() - latest.at < org.settings.schemaUpdateLossMs;
  return lost ? latest.before : { base: schema.base, custom: schema.custom };
}

export function merge(known: Record<string, Attribute>, definition: unknown): Record<string, Attribute> {
  const merged = { ...known };
  for (const [name, change] of Object.entries(members(definition))) {
    if (change === null) delete merged[name];
    else merged[name] = completed(name, { ...merged[name], ...(isObject(change) ? change : {}) });
  }
  return merged;
}

function completed(name: string, attribute: Json): Attribute {
  if (!/^[A-Za-z_]\w*$/.test(name)) throw invalid(name, `${name}: not a valid attribute name`);
  if (!types.has(String(attribute.type))) throw invalid(name, `${name}: the type is not supported`);
  if (typeof attribute.title !== 'string') throw invalid(name, `${name}: a title is missing`);
  const { items } = attribute;
  return {
    mutability: 'READ_WRITE',
    scope: 'NONE',
    permissions: [{ principal: 'SELF', action: 'READ_ONLY' }],
    master: { type: 'PROFILE_MASTER' },
    ...withTitles(attribute),
    ...(isObject(items) ? { items: withTitles(items) } : {}),
    required: attribute.required === true ? true : undefined,
    // Okta accepts a boolean and returns a word.
    unique: attribute.unique ? 'UNIQUE_VALIDATED' : undefined,
  } as unknown as Attribute;
}

/** Okta adds a title for each value of an enum without `oneOf`. */
function withTitles(attribute: Json): Json {
  const { enum: values, oneOf } = attribute;
  if (!Array.isArray(values) || oneOf !== undefined) return attribute;
  return { ...attribute, oneOf: values.map((value) => ({ const: value, title: String(value) })) };
}

export function members(definition: unknown): Json {
  return isObject(definition) && isObject(definition.properties) ? definition.properties : {};
}

function schemaById(call: Call): Schema {
  const { org } = call;
  const id = call.params.id as string;
  const schema = org.userSchemas.get(id === 'default' ? org.defaultUserType().schemaId : id);
  if (!schema) throw notFound(id, 'UserSchema');
  return schema;
}

function typeOf({ org }: Call, schema: Schema): UserType {
  return org.userTypes.find(({ schemaId }) => schemaId === schema.id) as UserType;
}

function userSchemaView(call: Call, schema: Schema): Json {
  const type = typeOf(call, schema);
  const api = `${call.origin}/api/v1/meta`;
  const self = { rel: 'self', href: `${api}/schemas/user/${schema.id}`, method: 'GET' };
  return {
    ...schemaView(
      call,
      schema,
      `user/${type.default ? 'default' : schema.id}`,
      'Okta user profile template with default permission settings',
    ),
    _links: { self, type: { rel: 'type', href: `${api}/types/user/${type.id}`, method: 'GET' } },
  };
}

// Unlike the links, the identifier has no /api/v1.
export function schemaView(call: Call, schema: Schema, path: string, description: string): Json {
  return {
    id: `${call.origin}/meta/schemas/${path}`,
    $schema: 'http://json-schema.org/draft-04/schema#',
    name: schema.name,
    title: schema.title,
    description,
    lastUpdated: iso(schema.lastUpdated),
    created: iso(schema.created),
    definitions: { custom: definition('#custom', schema.custom), base: definition('#base', schema.base) },
    type: 'object',
    properties: { profile: { allOf: [{ $ref: '#/definitions/custom' }, { $ref: '#/definitions/base' }] } },
  };
}

function definition(id: string, properties: Record<string, Attribute>): Json {
  const required = Object.keys(properties).filter((name) => properties[name]?.required);
  return { id, type: 'object', properties, required };
}
