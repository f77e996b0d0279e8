import { invalid, oktaError } from '../errors.ts';
import { type Answer, type Call, type Endpoint, flag, noContent, objectBody, ok } from '../http.ts';
import { appParty } from '../system-log/parties.ts';
import { record } from '../system-log/record.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';
import { withClient } from './client.ts';
import { appMembers } from './members.ts';
import { mappingsOf } from './policies.ts';
import { newName } from './templates.ts';
import { appView } from './view.ts';

const manage = 'okta.apps.manage';
const one = '/api/v1/apps/:appId';

export const appWriteEndpoints: Endpoint[] = [
  { method: 'POST', path: '/api/v1/apps', scope: manage, handle: create },
  { method: 'PUT', path: one, scope: manage, handle: replace },
  { method: 'DELETE', path: one, scope: manage, handle: remove },
  { method: 'POST', path: `${one}/lifecycle/activate`, scope: manage, handle: activate },
  { method: 'POST', path: `${one}/lifecycle/deactivate`, scope: manage, handle: deactivate },
];

function create(call: Call): Answer {
  const { org } = call;
  const body = objectBody(call);
  const name = newName(body, [...org.apps.from()].length);
  const members = appMembers(name, body);
  if (name === 'office365')
    throw invalid(
      'settings',
      'In order to continue using WS-FED Auto for SSO, you must grant admin consent.',
    );
  refuseLabel(call, members.label);
  const id = org.ids.next('0oa');
  const now = org.clock.seconds();
  const app = org.apps.put({
    ...withClient(id, members),
    ...{ id, name, features: [], created: now, lastUpdated: now },
    status: flag(call, 'activate', true) ? 'ACTIVE' : 'INACTIVE',
  });
  record(call, 'application.lifecycle.create', { target: [appParty(app)] });
  return ok(appView(call, app, { showsSecret: true }));
}

/** Replaces everything that a request can set; only the name stays, and the client's secret unless another one is given. */
function replace(call: Call): Answer {
  const app = appById(call);
  const members = appMembers(app.name, objectBody(call));
  if (members.label !== app.label) refuseLabel(call, members.label);
  const lastUpdated = call.org.clock.seconds();
  Object.assign(app, { profile: undefined, lastUpdated }, withClient(app.id, members, app.client));
  record(call, 'application.lifecycle.update', { target: [appParty(app)] });
  return ok(appView(call, app, { showsSecret: true }));
}

function refuseLabel({ org }: Call, label: string): void {
  for (const app of org.apps.from()) if (app.label === label) throw oktaError('E0000040');
}

function remove(call: Call): Answer {
  const app = appById(call);
  if (app.status === 'ACTIVE')
    throw oktaError('E0000056', '', ['The application must be deactivated before deletion.']);
  for (const mapping of mappingsOf(call.org, app)) call.org.objects.delete(mapping);
  call.org.apps.delete(app);
  call.org.objects.deleteBelow(`/api/v1/apps/${app.id}`);
  record(call, 'application.lifecycle.delete', { target: [appParty(app)] });
  return noContent;
}

function activate(call: Call): Answer {
  return setStatus(call, 'ACTIVE', 'application.lifecycle.activate');
}

function deactivate(call: Call): Answer {
  return setStatus(call, 'INACTIVE', 'application.lifecycle.deactivate');
}

function setStatus(
  call: Call,
  status: App['status'],
  event: `application.lifecycle.${'activate' | 'deactivate'}`,
): Answer {
  const app = appById(call);
  if (app.status !== status) {
    app.status = status;
    app.lastUpdated = call.org.clock.seconds();
    record(call, event, { target: [appParty(app)] });
  }
  return ok({});
}
