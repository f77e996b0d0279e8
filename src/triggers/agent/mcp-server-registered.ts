import { aiAgent } from '../../resources/ai-agent/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const mcpServerRegistered = logTrigger({
  key: 'mcp_server_registered',
  resource: aiAgent,
  title: 'MCP server registered',
  description: 'Fires when an MCP server is registered.',
  eventTypes: ['resource_servers.mcp_server.register'],
});
