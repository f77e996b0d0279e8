import { isDeepStrictEqual } from 'node:util';
import { iso } from '../clock.ts';
import { notFound, oktaError } from '../errors.ts';
import {
  type Answer,
  type Call,
  cursorOf,
  type Endpoint,
  linkTo,
  noContent,
  objectBody,
  ok,
  page,
  pageSizeOf,
} from '../http.ts';
import { isObject, type Json } from '../json.ts';
import type { LogParty } from '../system-log/event.ts';
import type { EventType } from '../system-log/event-types.ts';
import { record } from '../system-log/record.ts';
import type { Kind, Operation, Transition } from './kind.ts';
import type { StoredObject } from './object-store.ts';

const usual: readonly Operation[] = ['list', 'read', 'create', 'replace', 'delete'];

/** The endpoints of a kind. */
export function endpointsOf(kind: Kind): Endpoint[] {
  const { path, scope, serves = usual, updatesBy = 'POST', lifecycle = {} } = kind;
  const one = `${path}/:${kind.param}`;
  const [read = '', manage = ''] = ['.read', '.manage'].map((right) => scope.replace(/\S+/g, `$&${right}`));
  const served: Record<Operation, Endpoint> = {
    list: { method: 'GET', path, scope: read, handle: (call) => listOf(call, kind) },
    create: { method: 'POST', path, scope: manage, handle: (call) => create(call, kind) },
    read: {
      method: 'GET',
      path: one,
      scope: read,
      handle: (call) => ok(viewOf(call, kind, found(call, kind))),
    },
    replace: { method: 'PUT', path: one, scope: manage, handle: (call) => replace(call, kind) },
    update: { method: updatesBy, path: one, scope: manage, handle: (call) => update(call, kind) },
    delete: { method: 'DELETE', path: one, scope: manage, handle: (call) => remove(call, kind) },
  };
  const transitions = Object.entries(lifecycle).map(
    ([name, transition]): Endpoint => ({
      ...{ method: 'POST', path: `${one}/lifecycle/${name}`, scope: manage },
      handle: (call) => change(call, kind, transition),
    }),
  );
  return [...serves.map((operation) => served[operation]), ...transitions].map((endpoint) => ({
    ...endpoint,
    async handle(call) {
      kind.guard?.(call);
      const answer = await endpoint.handle(call);
      return kind.linkHeader ? withLinkHeader(answer) : answer;
    },
  }));
}

/** Repeats the link `self` of the body in the Link header, as the IAM API does. */
export function withLinkHeader(answer: Answer): Answer {
  const links = isObject(answer.body) && answer.body._links;
  if (!isObject(links) || !isObject(links.self)) return answer;
  return { ...answer, links: { self: String(links.self.href) } };
}

/** Path of the list that a call addresses, with the ids of its owners. */
export function listPath(call: Call, { path }: Kind): string {
  return path.replace(/:(\w+)/g, (_, name) => call.params[name] as string);
}

/** The object that a call addresses. @throws Refusal E0000007 */
export function found(call: Call, kind: Kind, id = call.params[kind.param] as string): StoredObject {
  const list = listPath(call, kind);
  const { alias } = kind;
  const named = alias && [...call.org.objects.of(list)].find(({ body }) => body[alias] === id);
  const object = call.org.objects.get(list, id) ?? named;
  if (!object) throw notFound(id, kind.type);
  return object;
}

/** The object as the API returns it. */
export function viewOf(call: Call, kind: Kind, object: StoredObject): Json {
  return kind.view?.(call, object) ?? plainView(call, kind, object);
}

/** Id, members, times and links. */
export function plainView(call: Call, kind: Kind, object: StoredObject): Json {
  const { id, list, body, created, lastUpdated } = object;
  const self = `${call.origin}${list}/${id}`;
  return {
    id,
    ...body,
    created: iso(created),
    lastUpdated: iso(lastUpdated),
    _links: {
      self: { href: self, hints: { allow: allowed(kind) } },
      ...transitionLinks(kind, object, self),
      ...kind.links?.(call, object, self),
    },
  };
}

function allowed({ serves = usual, updatesBy = 'POST' }: Kind): string[] {
  const methods = { read: 'GET', replace: 'PUT', update: updatesBy, delete: 'DELETE' } as const;
  return Object.entries(methods).flatMap(([operation, method]) =>
    serves.includes(operation as Operation) ? [method] : [],
  );
}

/** The transitions that lead to another status. */
function transitionLinks({ lifecycle = {} }: Kind, { body }: StoredObject, self: string): Json {
  const possible = Object.entries(lifecycle).filter(
    ([, { status, from }]) => status !== body.status && (from?.includes(String(body.status)) ?? true),
  );
  return Object.fromEntries(
    possible.map(([name]) => [name, { href: `${self}/lifecycle/${name}`, hints: { allow: ['POST'] } }]),
  );
}

/** The target of a log event. */
export function partyOf({ type, nameOf }: Kind, object: StoredObject): LogParty {
  const displayName = nameOf?.(object) ?? String(object.body.name ?? object.id);
  return { id: object.id, type, alternateId: object.id, displayName, detailEntry: null };
}

function log(
  call: Call,
  kind: Kind,
  event: EventType | undefined,
  object: StoredObject,
  more: Pick<LogParty, 'changeDetails'> = {},
): void {
  if (event) record(call, event, { target: [{ ...partyOf(kind, object), ...more }] });
}

/** The values before and after a change that the log tells. */
function changeOf(
  { tells = {} }: Kind,
  before: StoredObject,
  after: StoredObject,
): Pick<LogParty, 'changeDetails'> {
  const changed = Object.keys(tells).filter(
    (member) => !isDeepStrictEqual(before.body[member], after.body[member]),
  );
  const values = ({ body }: StoredObject) =>
    Object.fromEntries(changed.map((member) => [tells[member] as string, body[member] ?? null]));
  return changed.length > 0 ? { changeDetails: { from: values(before), to: values(after) } } : {};
}

function listOf(call: Call, kind: Kind): Answer {
  const { limit, in: member, select, order } = kind.list ?? {};
  const wanted = select?.(call) ?? (() => true);
  const objects = [...call.org.objects.of(listPath(call, kind))].filter(wanted);
  if (order) objects.sort((a, b) => order(a, b, call));
  const render = (object: StoredObject) => viewOf(call, kind, object);
  const { maxPageSize } = call.org.settings;
  // A list without pages has some where a test caps all pages.
  if (!limit && !maxPageSize) return ok(member ? { [member]: objects.map(render) } : objects.map(render));
  const after = cursorOf(call, '\\w\\w\\w', (id) => objects.some((object) => object.id === id));
  const rest = after ? objects.slice(objects.findIndex(({ id }) => id === after) + 1) : objects;
  const size = pageSizeOf(call, ...(limit ?? [maxPageSize, maxPageSize]));
  if (!member) return page(call, rest, size, { render, cursor: (last) => last.id });
  const shown = rest.slice(0, size);
  const next = rest.length > size && { href: linkTo(call, { after: shown.at(-1)?.id ?? null }) };
  const self = { href: linkTo(call, {}) };
  return ok({ [member]: shown.map(render), _links: { self, ...(next ? { next } : {}) } });
}

function create(call: Call, kind: Kind): Answer {
  const body = objectBody(call);
  const members = kind.make?.(call, body) ?? body;
  const now = call.org.clock.seconds();
  const { prefix } = kind;
  const id = call.org.ids.next(typeof prefix === 'string' ? prefix : prefix(members));
  const list = listPath(call, kind);
  const object = call.org.objects.put({
    id,
    list,
    created: now,
    lastUpdated: now,
    body: withoutFixed(members),
  });
  log(call, kind, kind.events?.create, object);
  kind.made?.(call, object);
  return { status: kind.created ?? 200, body: viewOf(call, kind, object) };
}

/** Members that a caller cannot set; Okta ignores them in a body that was read before. */
function withoutFixed({ id, created, lastUpdated, _links, _embedded, ...members }: Json): Json {
  return members;
}

function save(call: Call, kind: Kind, known: StoredObject, body: Json): Answer {
  const lastUpdated = call.org.clock.seconds();
  const object = call.org.objects.put({ ...known, lastUpdated, body: withoutFixed(body) });
  log(call, kind, kind.events?.update, object, changeOf(kind, known, object));
  return ok(viewOf(call, kind, object));
}

function replace(call: Call, kind: Kind): Answer {
  const known = found(call, kind);
  const body = objectBody(call);
  return save(call, kind, known, changed(call, kind, body, known));
}

function update(call: Call, kind: Kind): Answer {
  const known = found(call, kind);
  return save(call, kind, known, changed(call, kind, merged(known.body, objectBody(call)), known));
}

function changed(call: Call, kind: Kind, body: Json, known: StoredObject): Json {
  if (kind.change) return kind.change(call, body, known);
  const { status } = known.body;
  return { ...(kind.make?.(call, body) ?? body), ...(status === undefined ? {} : { status }) };
}

/** Merges a partial change as Okta does: objects member by member, everything else as a whole. */
export function merged(known: Json, change: Json): Json {
  const members = Object.entries(change).map(([name, value]) => {
    const before = known[name];
    return [name, isObject(before) && isObject(value) ? merged(before, value) : value];
  });
  return { ...known, ...Object.fromEntries(members) };
}

function change(call: Call, kind: Kind, transition: Transition): Answer {
  const { status, from, answers, code, event } = transition;
  const known = found(call, kind);
  const isNew = known.body.status !== status;
  if (isNew && from && !from.includes(String(known.body.status))) throw oktaError('E0000107');
  const lastUpdated = isNew ? call.org.clock.seconds() : known.lastUpdated;
  const object = call.org.objects.put({ ...known, lastUpdated, body: { ...known.body, status } });
  if (isNew) log(call, kind, event, object);
  if (isNew) transition.also?.(call, object);
  if (answers === 'nothing') return { ...noContent, ...(code ? { status: code } : {}) };
  return { status: code ?? 200, body: answers === 'object' ? viewOf(call, kind, object) : {} };
}

function remove(call: Call, kind: Kind): Answer {
  const object = found(call, kind);
  kind.mayDelete?.(call, object);
  call.org.objects.delete(object);
  call.org.objects.deleteBelow(`${object.list}/${object.id}`);
  kind.deleted?.(call, object);
  log(call, kind, kind.events?.delete, object);
  return kind.deletion ?? noContent;
}
