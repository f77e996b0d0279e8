import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import type { StoredObject } from '../kinds/object-store.ts';
import type { Org } from '../org.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';

const policies = '/api/v1/policies';

export const appPolicyEndpoints: Endpoint[] = [
  {
    ...{ method: 'PUT', path: '/api/v1/apps/:appId/policies/:policyId', scope: 'okta.apps.manage' },
    handle: assign,
  },
];

/** Assigns a policy to an app, in the place of the one of the same type. */
function assign(call: Call): Answer {
  const { org, params } = call;
  const app = appById(call);
  const id = params.policyId as string;
  const type = typeOf(org, id);
  if (!type) throw notFound(id, 'Policy');
  if (app.name === 'saasure') throw invalid('app', 'The policy of the Admin Console cannot be changed.');
  for (const mapping of mappingsOf(org, app))
    if (typeOf(org, mapping.list.split('/')[4] as string) === type) org.objects.delete(mapping);
  const now = org.clock.seconds();
  org.objects.put({
    ...{ id: org.ids.next('prm'), list: `${policies}/${id}/mappings`, created: now, lastUpdated: now },
    body: { resourceId: app.id },
  });
  if (type === 'ACCESS_POLICY') app.accessPolicyId = id;
  app.lastUpdated = now;
  record(call, 'application.lifecycle.update', { target: [appParty(app)] });
  return noContent;
}

/** Which policies are assigned to an app. */
export function mappingsOf({ objects }: Org, { id }: App): StoredObject[] {
  return [...objects.all(`${policies}/:policyId/mappings`)].filter(({ body }) => body.resourceId === id);
}

function typeOf({ objects }: Org, policyId: string): unknown {
  return objects.get(policies, policyId)?.body.type;
}
