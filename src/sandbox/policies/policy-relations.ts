import { appView } from '../apps/view.ts';
import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, ok, page, pageSizeOf } from '../http.ts';
import { found, plainView, viewOf } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import { policyKind } from './policies.ts';

/** The apps to which a policy is assigned. They are assigned at the app. */
export const policyMappingKind = defineKind({
  path: '/api/v1/policies/:policyId/mappings',
  param: 'mappingId',
  prefix: 'prm',
  type: 'PolicyMapping',
  scope: 'okta.policies',
  serves: ['list', 'read', 'delete'],
  guard: (call) => void found(call, policyKind),
  view(call, object) {
    const { id, _links } = plainView(call, policyMappingKind, object);
    return { id, _links };
  },
  links: ({ origin, params }, { body }) => ({
    application: { href: `${origin}/api/v1/apps/${body.resourceId}` },
    policy: { href: `${origin}/api/v1/policies/${params.policyId}` },
  }),
});

/** What a policy has to do with apps, and its copies. */
export const policyRelationEndpoints: Endpoint[] = [
  { method: 'GET', path: '/api/v1/policies/:policyId/app', scope: 'okta.policies.read', handle: listApps },
  {
    method: 'POST',
    path: '/api/v1/policies/:policyId/mappings',
    scope: 'okta.policies.manage',
    handle: refuseMapping,
  },
  {
    method: 'POST',
    path: '/api/v1/policies/:policyId/clone',
    scope: 'okta.policies.manage',
    handle: clonePolicy,
  },
];

function listApps(call: Call): Answer {
  const { id, list } = found(call, policyKind);
  const mapped = [...call.org.objects.of(`${list}/${id}/mappings`)];
  const apps = mapped.flatMap(({ body }) => call.org.apps.get(String(body.resourceId)) ?? []);
  return page(call, apps, pageSizeOf(call, 20, 200), {
    render: (app) => appView(call, app),
    cursor: (last) => last.id,
  });
}

function refuseMapping(call: Call): Answer {
  found(call, policyKind);
  throw invalid('Policy mappings are no longer supported on this endpoint.');
}

/** Copies a policy with its rules. The answer does not say yet when the copy was created. */
function clonePolicy(call: Call): Answer {
  const { org } = call;
  const original = found(call, policyKind);
  const { list, body } = original;
  if (body.type !== 'ACCESS_POLICY') throw invalid('type', 'type: Only app sign-in policies can be cloned');
  const now = org.clock.seconds();
  const copy = org.objects.put({
    id: org.ids.next('rst'),
    list,
    created: now,
    lastUpdated: now,
    body: { ...body, name: `[cloned] ${body.name}`, system: false },
  });
  for (const rule of org.objects.of(`${list}/${original.id}/rules`)) copyRule(call, rule, copy);
  return ok({ ...viewOf(call, policyKind, copy), created: null, lastUpdated: null });
}

function copyRule({ org }: Call, rule: StoredObject, { id, list, created }: StoredObject): void {
  const times = { created, lastUpdated: created };
  org.objects.put({ ...rule, ...times, id: org.ids.next('rul'), list: `${list}/${id}/rules` });
}
