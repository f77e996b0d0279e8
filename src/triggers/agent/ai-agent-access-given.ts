import { aiAgent } from '../../resources/ai-agent/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const aiAgentAccessGiven = logTrigger({
  key: 'ai_agent_access_given',
  resource: aiAgent,
  title: 'AI agent given access',
  description:
    'Fires when an AI agent or another workload gets access to a resource, or such access is switched on.',
  eventTypes: [
    'workload_principal.resource_connection.create',
    'workload_principal.resource_connection.activate',
  ],
});
