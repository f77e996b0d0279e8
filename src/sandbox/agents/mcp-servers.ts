import { invalid, oktaError } from '../errors.ts';
import { defineKind } from '../kinds/kind.ts';

/** MCP servers that AI agents can be given access to. */
export const mcpServers = defineKind({
  ...{ path: '/resource-servers/api/v1/mcp-servers', param: 'mcpServerId', prefix: 'mcs', type: 'McpServer' },
  ...{ scope: 'okta.mcpServers', serves: ['list', 'read', 'create', 'delete'], created: 201 },
  list: { limit: [20, 200] },
  make(_call, { name, description = null, resourceUrl }) {
    if (typeof name !== 'string' || name === '')
      throw invalid('name', 'name: The field cannot be left blank');
    if (!URL.canParse(String(resourceUrl))) throw invalid('resourceUrl', 'resourceUrl: a URL is expected');
    return { name, description, resourceUrl, status: 'INACTIVE' };
  },
  lifecycle: {
    activate: { status: 'ACTIVE', answers: 'object', event: 'resource_servers.mcp_server.activate' },
    deactivate: { status: 'INACTIVE', answers: 'object', event: 'resource_servers.mcp_server.deactivate' },
  },
  mayDelete(_call, { body }) {
    if (body.status !== 'INACTIVE') throw oktaError('E0000107');
  },
  events: { create: 'resource_servers.mcp_server.register', delete: 'resource_servers.mcp_server.delete' },
});
