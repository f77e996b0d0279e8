import { invalid } from '../errors.ts';
import { type Answer, type Call, type Endpoint, flag, noContent, objectBody, ok } from '../http.ts';
import { isObject, type Json } from '../json.ts';
import { baseUrlProblem, kindOf, type PushConnection } from '../provisioning/push/connection.ts';
import type { App } from './app-store.ts';
import { appById } from './apps.ts';

const path = '/api/v1/apps/:appId/connections/default';
const manage = 'okta.apps.manage';

/** The connection over which an app is provisioned. */
export const connectionEndpoints: Endpoint[] = [
  { method: 'GET', path, scope: 'okta.apps.read', handle: (call) => ok(view(call, appById(call))) },
  { method: 'POST', path, scope: manage, handle: update },
  { method: 'POST', path: `${path}/lifecycle/activate`, scope: manage, handle: setStatus('ENABLED') },
  { method: 'POST', path: `${path}/lifecycle/deactivate`, scope: manage, handle: setStatus('DISABLED') },
];

async function update(call: Call): Promise<Answer> {
  const app = appById(call);
  const { profile, baseUrl } = objectBody(call);
  const { authScheme = 'UNKNOWN', token } = isObject(profile) ? profile : ({} as Json);
  const status = flag(call, 'activate', false) ? 'ENABLED' : 'DISABLED';
  const push = authScheme === 'TOKEN' ? pushConnection(app, baseUrl, token) : undefined;
  const problem = push && status === 'ENABLED' && (await call.org.provisioning.test(app, push));
  if (problem) throw invalid('connection', problem);
  app.push = push;
  app.connection = authScheme === 'UNKNOWN' ? undefined : { authScheme, status, baseUrl: baseUrl ?? null };
  return ok(view(call, app));
}

/** An address that is not on this machine is kept, and never called. */
function pushConnection(app: App, given: unknown, token: unknown): PushConnection | undefined {
  const { baseUrl = given } = isObject(app.settings.app) ? app.settings.app : ({} as Json);
  if (typeof baseUrl !== 'string' || typeof token !== 'string' || baseUrlProblem(baseUrl)) return undefined;
  return { kind: kindOf(app), baseUrl, authorization: `Bearer ${token}`, listForm: 'PATH' };
}

function setStatus(status: 'ENABLED' | 'DISABLED') {
  return (call: Call): Answer => {
    const { connection } = appById(call);
    if (connection) connection.status = status;
    return noContent;
  };
}

/** Apps of the integration network that the org can provision with a token. */
const provisionable = new Set(['okta_org2org']);

/** The connection without its credentials. */
function view({ origin }: Call, app: App): Json {
  const { id, name } = app;
  const unused = { authScheme: 'TOKEN', status: 'DISABLED', baseUrl: null };
  const connection = app.connection ?? (provisionable.has(name) ? unused : undefined);
  if (!connection) return { status: 'UNKNOWN', profile: { authScheme: 'UNKNOWN' } };
  const { authScheme, status } = connection;
  const self = `${origin}/api/v1/apps/${id}/connections/default`;
  const change = status === 'ENABLED' ? 'deactivate' : 'activate';
  return {
    ...connection,
    profile: { authScheme },
    _links: {
      self: { href: self, hints: { allow: ['POST', 'GET'] } },
      [change]: { href: `${self}/lifecycle/${change}`, hints: { allow: ['POST'] } },
    },
  };
}
