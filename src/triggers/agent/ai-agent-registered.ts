import { aiAgent } from '../../resources/ai-agent/resource.ts';
import { logTrigger } from '../sources/log/log-trigger.ts';

export const aiAgentRegistered = logTrigger({
  key: 'ai_agent_registered',
  resource: aiAgent,
  title: 'AI agent registered',
  description: 'Fires when an AI agent or another workload is registered.',
  eventTypes: ['workload_principal.register'],
});
