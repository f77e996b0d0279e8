import { aiAgent } from '../../resources/ai-agent/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const aiAgentDeactivated = logTrigger({
  key: 'ai_agent_deactivated',
  resource: aiAgent,
  title: 'AI agent deactivated',
  description: 'Fires when an AI agent or another workload is deactivated or deleted.',
  eventTypes: ['workload_principal.deactivate', 'workload_principal.delete'],
});
