import { invalid, notFound, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { record } from '../system-log/record.ts';

const path = '/api/v1/meta/schemas/user/linkedObjects';
const [read, manage] = ['okta.linkedObjects.read', 'okta.linkedObjects.manage'];

/** Where a user's links are stored: the id is the name of the primary side, the body has the id of the primary user. */
export const linkList = '/api/v1/users/:userId/linkedObjects';

/** Definitions of links between users: a primary and an associated side, each with a name. */
export const linkedObjectEndpoints: Endpoint[] = [
  {
    ...{ method: 'GET', path, scope: read },
    handle: (call) => ok([...call.org.objects.of(path)].map((one) => view(call, one))),
  },
  { method: 'POST', path, scope: manage, handle: define },
  {
    ...{ method: 'GET', path: `${path}/:linkedObjectName`, scope: read },
    handle: (call) => ok(view(call, addressed(call))),
  },
  { method: 'DELETE', path: `${path}/:linkedObjectName`, scope: manage, handle: remove },
];

/** The definition that has a name, on either side. @throws Refusal E0000007 */
export function definitionOf(org: Org, name: string): StoredObject {
  for (const definition of org.objects.of(path))
    if (namesIn(definition.body).includes(name)) return definition;
  throw notFound(name, 'LinkedObjectDefinition');
}

const addressed = ({ org, params }: Call) => definitionOf(org, params.linkedObjectName as string);

/** The names of the primary and of the associated side. */
export function namesIn({ primary, associated }: Json): string[] {
  return [primary, associated].map((side) => String(isObject(side) && side.name));
}

function define(call: Call): Answer {
  const { org } = call;
  const { primary, associated } = objectBody(call);
  const body = { primary: side(primary, 'primary'), associated: side(associated, 'associated') };
  const names = namesIn(body);
  const taken = [...org.objects.of(path)].flatMap((one) => namesIn(one.body));
  for (const name of names)
    if (taken.includes(name)) throw oktaError('E0000127', `${name} is already in use`);
  const now = org.clock.seconds();
  const id = names[0] as string;
  const definition = org.objects.put({ id, list: path, created: now, lastUpdated: now, body });
  log(call, 'directory.linked_object.create', definition);
  return { status: 201, body: view(call, definition) };
}

function side(given: unknown, of: string): Json {
  const { name, title, description = '', type } = isObject(given) ? given : {};
  if (typeof name !== 'string' || !/^[a-zA-Z_]\w*$/.test(name))
    throw invalid(`${of}.name`, `${of}.name: letters, digits and underscores are expected`);
  if (typeof title !== 'string') throw invalid(`${of}.title`, `${of}.title: The field cannot be left blank`);
  if (type !== 'USER') throw invalid(`${of}.type`, `${of}.type: USER is expected`);
  return { name, title, description, type };
}

/** The links that follow the definition are gone with it. */
function remove(call: Call): Answer {
  const definition = addressed(call);
  for (const link of call.org.objects.all(linkList))
    if (link.id === definition.id) call.org.objects.delete(link);
  call.org.objects.delete(definition);
  log(call, 'directory.linked_object.delete', definition);
  return noContent;
}

function log(
  call: Call,
  type: 'directory.linked_object.create' | 'directory.linked_object.delete',
  { id }: StoredObject,
): void {
  record(call, type, {
    target: [{ id, type: 'LinkedObject', alternateId: id, displayName: id, detailEntry: null }],
  });
}

function view({ origin }: Call, { id, body }: StoredObject): Json {
  return { ...body, _links: { self: { href: `${origin}${path}/${id}` } } };
}
