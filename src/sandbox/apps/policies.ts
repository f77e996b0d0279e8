import { invalid, notFound } from '../errors.ts';
import { type Answer, type Call, type Endpoint, noContent } from '../http.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import { appById } from './apps.ts';
import { defaultPolicies } from './links.ts';

export const appPolicyEndpoints: Endpoint[] = [
  {
    ...{ method: 'PUT', path: '/api/v1/apps/:appId/policies/:policyId', scope: 'okta.apps.manage' },
    handle: assign,
  },
];

/** Assigns a policy that decides who may sign in; the app's earlier one is replaced. */
function assign(call: Call): Answer {
  const { org, params } = call;
  const app = appById(call);
  const id = params.policyId as string;
  const policy = org.objects.get('/api/v1/policies', id);
  if (!policy && !Object.values(defaultPolicies).includes(id)) throw notFound(id, 'Policy');
  if (app.name === 'saasure') throw invalid('app', 'The policy of the Admin Console cannot be changed.');
  if (id === defaultPolicies.access || policy?.body.type === 'ACCESS_POLICY') app.accessPolicyId = id;
  app.lastUpdated = org.clock.seconds();
  record(call, 'application.lifecycle.update', { target: [appParty(app)] });
  return noContent;
}
