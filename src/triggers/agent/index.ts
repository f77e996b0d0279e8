import { aiAgentAccessGiven } from './ai-agent-access-given.ts';
import { aiAgentActivated } from './ai-agent-activated.ts';
import { aiAgentDeactivated } from './ai-agent-deactivated.ts';
import { aiAgentRegistered } from './ai-agent-registered.ts';
import { mcpServerRegistered } from './mcp-server-registered.ts';

/** In display order. */
export const agentTriggers = [
  aiAgentRegistered,
  aiAgentActivated,
  aiAgentAccessGiven,
  aiAgentDeactivated,
  mcpServerRegistered,
] as const;
