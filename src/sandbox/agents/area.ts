import type { Area } from '../kinds/area.ts';
import { aiAgentEndpoints, aiAgents } from './agents.ts';
import { agentConnections } from './connections.ts';
import { mcpServers } from './mcp-servers.ts';
import { agentOperations } from './operations.ts';

export const agentArea: Area = {
  number: 12,
  kinds: [aiAgents, agentConnections, agentOperations, mcpServers],
  endpoints: aiAgentEndpoints,
};
