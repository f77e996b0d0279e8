import { iso } from '../clock.ts';
import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent, objectBody, ok } from '../http.ts';
import type { Json } from '../json.ts';
import { found, partyOf, viewOf, withLinkHeader } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { EventType } from '../system-log/event-types.ts';
import { record } from '../system-log/record.ts';

interface Resource extends Json {
  id: string;
  orn: string;
  created: string;
  lastUpdated: string;
}

/** What custom roles apply to. */
export const resourceSets = defineKind({
  ...{ path: '/api/v1/iam/resource-sets', param: 'setId', prefix: 'iam', type: 'IAMPolicy' },
  ...{
    scope: 'okta.roles',
    alias: 'label',
    linkHeader: true,
    list: { limit: [100, 100], in: 'resource-sets' },
  },
  make(call, { label, description, resources }) {
    if (!label) throw invalid('label', 'label: Label must be specified');
    return { label, description, resources: newResources(call, resources) };
  },
  change: (_, { label, description }, { body }) => ({
    ...body,
    ...{ label: label ?? body.label, description: description ?? body.description },
  }),
  view({ origin }, { id, list, created, lastUpdated, body: { resources: _, ...body } }) {
    const self = `${origin}${list}/${id}`;
    return {
      ...{ id, ...body, created: iso(created), lastUpdated: iso(lastUpdated) },
      _links: {
        bindings: { href: `${self}/bindings` },
        self: { href: self },
        resources: { href: `${self}/resources` },
      },
    };
  },
  deleted({ org }, { id }) {
    for (const [assignee, role] of org.roles.all())
      if (role.resourceSet === id) org.roles.remove(assignee, role.id);
  },
  nameOf: ({ body }) => String(body.label),
  events: {
    create: 'iam.resourceset.create',
    update: 'iam.resourceset.update',
    delete: 'iam.resourceset.delete',
  },
});

/** The resource set with this id or label. @throws Refusal E0000007 */
export const findResourceSet = (call: Call, reference = call.params.setId as string): StoredObject =>
  found(call, resourceSets, reference);

const path = '/api/v1/iam/resource-sets/:setId/resources';
const [read, manage] = ['okta.roles.read', 'okta.roles.manage'];

export const resourceEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: read, handle: listResources },
  { method: 'PATCH', path, scope: manage, handle: addResources },
  { method: 'POST', path, scope: manage, handle: addResource },
  { method: 'GET', path: `${path}/:resourceId`, scope: read, handle: getResource },
  { method: 'DELETE', path: `${path}/:resourceId`, scope: manage, handle: deleteResource },
];

function listResources(call: Call): Answer {
  const set = findResourceSet(call);
  const href = `${call.origin}${set.list}/${set.id}`;
  const resources = resourcesOf(set).map((one) => resourceView(call, set, one));
  const _links = { 'resource-set': { href }, self: { href: `${href}/resources` } };
  return withLinkHeader(ok({ resources, _links }));
}

/** Unlike the other calls, it answers with the set. */
function addResources(call: Call): Answer {
  const set = findResourceSet(call);
  const added = newResources(call, objectBody(call).additions);
  save(call, set, [...resourcesOf(set), ...added], 'iam.resourceset.resources.add');
  return withLinkHeader(ok(viewOf(call, resourceSets, set)));
}

function addResource(call: Call): Answer {
  const set = findResourceSet(call);
  const [added] = newResources(call, [objectBody(call).resourceOrnOrUrl]) as [Resource];
  save(call, set, [...resourcesOf(set), added], 'iam.resourceset.resources.add');
  return ok(resourceView(call, set, added));
}

function getResource(call: Call): Answer {
  const set = findResourceSet(call);
  return ok(resourceView(call, set, resourceById(call, set)));
}

function deleteResource(call: Call): Answer {
  const set = findResourceSet(call);
  const gone = resourceById(call, set);
  save(
    call,
    set,
    resourcesOf(set).filter((one) => one !== gone),
    'iam.resourceset.resources.delete',
  );
  return noContent;
}

const resourcesOf = ({ body }: StoredObject) => body.resources as Resource[];

function resourceById(call: Call, set: StoredObject): Resource {
  const id = call.params.resourceId as string;
  const known = resourcesOf(set).find((one) => one.id === id);
  if (!known) throw notFound(id, 'IAMPolicyResource');
  return known;
}

function save(call: Call, set: StoredObject, resources: Resource[], event: EventType): void {
  call.org.objects.put({ ...set, body: { ...set.body, resources } });
  record(call, event, { target: [partyOf(resourceSets, set)] });
}

/** Resources are named by ORN or by their address in the API. */
function newResources({ org }: Call, given: unknown): Resource[] {
  const now = iso(org.clock.seconds());
  return (Array.isArray(given) ? given : []).map((name) => {
    const [, place = ''] = String(name).split('/api/v1/');
    const orn = place ? `orn:okta:directory:${org.id}:${place.replaceAll('/', ':')}` : String(name);
    return { id: org.ids.next('ire'), orn, created: now, lastUpdated: now };
  });
}

function resourceView({ origin }: Call, { id, list }: StoredObject, resource: Resource): Json {
  const [kind, , ...rest] = resource.orn.split(':').slice(4);
  const self = `${origin}/api/v1/${kind}${rest.length > 0 ? `/${rest.at(-1)}` : ''}`;
  return {
    ...resource,
    _links: { self: { href: self }, resource: { href: `${origin}${list}/${id}/resources/${resource.id}` } },
  };
}
