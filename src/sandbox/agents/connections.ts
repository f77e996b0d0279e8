import { invalid } from '../errors.ts';
import { isObject, type Json } from '../json.ts';
import { found } from '../kinds/endpoints.ts';
import { defineKind } from '../kinds/kind.ts';
import { aiAgents } from './agents.ts';

/** What AI agents may use: a connection to an authorization server is the only kind that the sandbox knows. */
export const agentConnections = defineKind({
  ...{ path: `${aiAgents.path}/:agentId/connections`, param: 'connectionId', prefix: 'mcn' },
  ...{ type: 'ResourceConnection', scope: 'okta.aiAgents', serves: ['list', 'read', 'create', 'delete'] },
  ...{ created: 201, list: { limit: [20, 200] } },
  guard: (call) => void found(call, aiAgents),
  make({ org }, body) {
    const { connectionType, authorizationServer, scopeCondition, scopes } = body;
    if (connectionType !== 'IDENTITY_ASSERTION_CUSTOM_AS')
      throw invalid('connectionType', 'connectionType: IDENTITY_ASSERTION_CUSTOM_AS is expected');
    if (!['ALL_SCOPES', 'INCLUDE_ONLY', 'EXCLUDE'].includes(String(scopeCondition)) || !Array.isArray(scopes))
      throw invalid('scopeCondition', 'scopeCondition: a condition and its scopes are expected');
    const { orn } = isObject(authorizationServer) ? authorizationServer : ({} as Json);
    const id = String(orn).split(':').at(-1) as string;
    const server = org.objects.get('/api/v1/authorizationServers', id);
    if (!server) throw invalid('authorizationServer', 'authorizationServer.orn: an existing one is expected');
    const { name, audiences } = server.body;
    return { ...body, authorizationServer: { orn, name, resourceIndicator: audiences }, status: 'ACTIVE' };
  },
  nameOf: ({ body }) => String((body.authorizationServer as Json).name),
  events: {
    create: 'workload_principal.resource_connection.create',
    delete: 'workload_principal.resource_connection.delete',
  },
});
