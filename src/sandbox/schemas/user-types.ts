import { iso } from '../clock.ts';
import { invalid, notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok, wholeList } from '../http.ts';
import type { Json } from '../json.ts';
import { userTypeParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { UserType } from '../users/user-type.ts';
import { seedUserSchema } from './seed-schemas.ts';

const types = '/api/v1/meta/types/user';
const [read, manage] = ['okta.userTypes.read', 'okta.userTypes.manage'];

export const userTypeEndpoints: Endpoint[] = [
  { method: 'GET', path: types, scope: read, handle: listTypes },
  { method: 'POST', path: types, scope: manage, handle: createType },
  { method: 'GET', path: `${types}/:id`, scope: read, handle: (call) => ok(typeView(call, typeById(call))) },
  { method: 'POST', path: `${types}/:id`, scope: manage, handle: changeType },
  { method: 'PUT', path: `${types}/:id`, scope: manage, handle: changeType },
  { method: 'DELETE', path: `${types}/:id`, scope: manage, handle: deleteType },
];

function listTypes(call: Call): Answer {
  return wholeList(
    call,
    call.org.userTypes.map((type) => typeView(call, type)),
  );
}

function createType(call: Call): Answer {
  const { org } = call;
  const { name, displayName, description = '' } = objectBody(call);
  if (!/^[A-Za-z]\w*$/.test(String(name ?? '')))
    throw invalid('name', 'name: not a valid name of a user type');
  if (!displayName) throw invalid('displayName', 'displayName: The field cannot be left blank');
  if (org.userTypes.some((type) => type.name === name))
    throw invalid('name', 'name: A user type with this name already exists.');
  const created = org.clock.seconds();
  const schemaId = org.ids.next('osc');
  const type = {
    ...{ id: org.ids.next('oty'), schemaId, name: String(name), displayName: String(displayName) },
    ...{ description: String(description), default: false, created, lastUpdated: created },
  };
  org.userTypes.push(type);
  org.userSchemas.set(schemaId, seedUserSchema(schemaId, created, {}));
  record(call, 'directory.non_default_user_profile.create', { target: [userTypeParty(type)] });
  return ok(typeView(call, type));
}

/** The name stays. */
function changeType(call: Call): Answer {
  const type = typeById(call);
  const { displayName = type.displayName, description = type.description } = objectBody(call);
  Object.assign(type, { displayName, description, lastUpdated: call.org.clock.seconds() });
  return ok(typeView(call, type));
}

/** While something still refers to the type, Okta answers with a server error. */
function deleteType(call: Call): Answer {
  const { org } = call;
  const type = typeById(call);
  if (type.default) throw oktaError('E0000142');
  for (const user of org.users.from()) if (user.typeId === type.id) throw oktaError('E0000009');
  type.failures = (type.failures ?? 0) + 1;
  if (type.failures <= org.settings.userTypeDeletionFailures) throw oktaError('E0000009');
  org.userTypes.splice(org.userTypes.indexOf(type), 1);
  org.userSchemas.delete(type.schemaId);
  return noContent;
}

function typeById(call: Call): UserType {
  const id = call.params.id as string;
  const type = call.org.userTypes.find(
    (candidate) => candidate.id === id || (id === 'default' && candidate.default),
  );
  if (!type) throw notFound(id, 'UserType');
  return type;
}

function typeView(
  call: Call,
  { schemaId, created, failures: _, lastUpdated = created, ...type }: UserType,
): Json {
  const api = `${call.origin}/api/v1/meta`;
  return {
    ...type,
    createdBy: call.org.adminId,
    lastUpdatedBy: call.org.adminId,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    _links: {
      schema: { rel: 'schema', href: `${api}/schemas/user/${schemaId}`, method: 'GET' },
      self: { rel: 'self', href: `${api}/types/user/${type.id}`, method: 'GET' },
    },
  };
}
